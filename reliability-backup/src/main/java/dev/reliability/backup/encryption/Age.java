package dev.reliability.backup.encryption;

import com.exceptionfactory.jagged.PayloadException;
import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/** The age library behind one door: it is optional, and nobody else in the house touches it. */
final class Age {
    private Age() {}

    /** Fails if the library is not there, before anything else is said about what was asked for. */
    static void requireLibrary() {
        try {
            Class.forName("com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory");
            Class.forName("com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory");
        } catch (ClassNotFoundException missing) {
            throw new IllegalArgumentException(
                    "encryption needs com.exceptionfactory.jagged:jagged-framework and jagged-x25519: add them to the"
                            + " class path",
                    missing);
        }
    }

    /** Whether this is an X25519 recipient. */
    static boolean isRecipient(String text) {
        try {
            X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(text);
            return true;
        } catch (GeneralSecurityException | RuntimeException notOne) {
            return false;
        }
    }

    /** Whether this is an X25519 identity. */
    static boolean isIdentity(String text) {
        try {
            X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(text);
            return true;
        } catch (GeneralSecurityException | RuntimeException notOne) {
            return false;
        }
    }

    /** Encrypts what is written; closing ends the age file and leaves {@code out} open. */
    static OutputStream encrypt(OutputStream out, List<String> recipients) throws IOException {
        try {
            List<RecipientStanzaWriter> writers = new ArrayList<>();
            for (String recipient : recipients) {
                writers.add(X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient));
            }
            return Channels.newOutputStream(new StandardEncryptingChannelFactory()
                    .newEncryptingChannel(Channels.newChannel(Unclosed.of(out)), writers));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform can not encrypt for age: " + e.getMessage(), e);
        }
    }

    /**
     * Decrypts what is read.
     *
     * @param name of what is read, for errors
     */
    static InputStream decrypt(InputStream in, String name, List<String> identities) throws IOException {
        try {
            List<RecipientStanzaReader> readers = new ArrayList<>();
            for (String identity : identities) {
                readers.add(X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(identity));
            }
            InputStream plain = Channels.newInputStream(
                    new StandardDecryptingChannelFactory().newDecryptingChannel(Channels.newChannel(in), readers));
            return new Plain(plain, name);
        } catch (UnsupportedRecipientStanzaException notForUs) {
            throw new WrongIdentityException(
                    name + " is not encrypted to any of the identities that are given here; name the identity of one of"
                            + " its recipients",
                    notForUs);
        } catch (GeneralSecurityException notAge) {
            throw new UndecipherableException(
                    name + " is not an age file that can be opened: " + notAge.getMessage(), notAge);
        }
    }

    /** Names the file whose bytes do not authenticate. */
    private static final class Plain extends FilterInputStream {
        private final String name;

        Plain(InputStream plain, String name) {
            super(plain);
            this.name = name;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (PayloadException changed) {
                throw new UndecipherableException(name + " is cut or changed: " + changed.getMessage(), changed);
            }
        }
    }
}
