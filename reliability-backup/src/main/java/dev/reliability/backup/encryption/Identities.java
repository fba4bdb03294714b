package dev.reliability.backup.encryption;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The secrets that open what is encrypted to their recipients. Immutable, never printed; safe for use by any thread. */
public final class Identities {
    private final List<String> identities;

    private Identities(List<String> identities) {
        this.identities = List.copyOf(identities);
    }

    /**
     * Reads an identity file as {@code age-keygen} writes it: an identity a line, blank lines and those that begin with
     * {@code #} passed over.
     *
     * @throws IllegalArgumentException if there is no such file, no identity in it, or a line that is none, named by its
     *     number and never by its text; or the age library is missing
     */
    public static Identities read(Path file) throws IOException {
        Age.requireLibrary();
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no identity file at " + file, e);
        } catch (AccessDeniedException e) {
            throw new IllegalArgumentException("the identity file " + file + " may not be read by this user", e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    file + " is not a text, so no identity file; one that age encrypted has to be opened first", e);
        }
        List<String> identities = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (!line.toUpperCase(Locale.ROOT).startsWith("AGE-SECRET-KEY-1") || !Age.isIdentity(line)) {
                throw new IllegalArgumentException("line " + (i + 1) + " of the identity file " + file
                        + " is not an age identity: AGE-SECRET-KEY-1 and 58 more letters and digits");
            }
            identities.add(line);
        }
        if (identities.isEmpty()) {
            throw new IllegalArgumentException("there is no identity in " + file + "; age-keygen makes one");
        }
        return new Identities(identities);
    }

    /**
     * The identities, where something can only be read with them.
     *
     * @param name of what is to be read, for the error
     * @throws WrongIdentityException if there are none
     */
    public static Identities require(@Nullable Identities given, String name) throws WrongIdentityException {
        if (given == null) {
            throw new WrongIdentityException(
                    name
                            + " is encrypted, and no identity is given that opens it; name the file of one of its recipients'"
                            + " identities",
                    null);
        }
        return given;
    }

    /**
     * Decrypts what is read. The end of the stream is reached only if every byte is what was encrypted.
     *
     * @param name of what is read, for errors
     * @throws WrongIdentityException if it is encrypted to others
     * @throws UndecipherableException now or on reading, if it is not a whole age file
     */
    public InputStream decrypt(InputStream in, String name) throws IOException {
        return Age.decrypt(in, name, identities);
    }

    @Override
    public String toString() {
        return "Identities[" + identities.size() + "]";
    }
}
