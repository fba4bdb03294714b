package dev.reliability.backup.repository;

import dev.reliability.backup.manifest.Artifact;
import dev.reliability.core.backup.BackupException;
import dev.reliability.core.storage.ObjectNotFoundException;
import dev.reliability.core.storage.ObjectStore;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Reads which blobs a backup uses. */
public final class Refs {
    private Refs() {}

    /**
     * Hands over each blob, in the order of the file, with memory that does not grow.
     *
     * @param refs the artifact as the manifest has it
     * @throws BackupException.Damaged if the file is missing or is not what the manifest says; what was handed over by
     *     then means nothing
     */
    public static void read(ObjectStore store, Artifact refs, Consumer<BlobRef> each) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream stored = new DigestInputStream(store.get(refs.key()), digest)) {
            try (BufferedReader lines = new BufferedReader(
                    new InputStreamReader(new GZIPInputStream(stored, 1 << 16), StandardCharsets.US_ASCII))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    each.accept(BlobRef.parse(line).orElseThrow(() -> damaged(store, refs, "a line is no blob", null)));
                }
                stored.transferTo(OutputStream.nullOutputStream());
            }
        } catch (ObjectNotFoundException e) {
            throw damaged(store, refs, "it is missing", e);
        } catch (ZipException | EOFException e) {
            throw damaged(store, refs, "it is not whole: " + e.getMessage(), e);
        }
        String measured = HexFormat.of().formatHex(digest.digest());
        if (!measured.equals(refs.sha256())) {
            throw damaged(store, refs, "its sha256 is " + measured + ", the manifest says " + refs.sha256(), null);
        }
    }

    private static BackupException.Damaged damaged(
            ObjectStore store, Artifact refs, String what, @Nullable Throwable cause) {
        return new BackupException.Damaged(
                "the list of blobs " + store.location(refs.key()) + " is damaged: " + what, cause);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
