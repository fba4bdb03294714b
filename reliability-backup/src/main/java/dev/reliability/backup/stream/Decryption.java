package dev.reliability.backup.stream;

import dev.reliability.backup.encryption.Identities;
import dev.reliability.backup.encryption.UndecipherableException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads what is encrypted; what is no whole age file is a {@link DamagedException}. */
public final class Decryption {
    private Decryption() {}

    /**
     * Opens the bytes as they were before. For one thread; closing it closes {@code stored}.
     *
     * @param identities null if there are none
     * @param location of the file, for errors
     * @throws dev.reliability.backup.encryption.WrongIdentityException if none of them opens it
     * @throws DamagedException now or while reading, if it is cut or changed
     */
    public static InputStream open(InputStream stored, @Nullable Identities identities, String location)
            throws IOException {
        try {
            return new Opened(stored, Identities.require(identities, location).decrypt(stored, location));
        } catch (UndecipherableException broken) {
            throw damaged(broken);
        }
    }

    private static DamagedException damaged(UndecipherableException broken) {
        return new DamagedException(String.valueOf(broken.getMessage()), broken);
    }

    private static final class Opened extends FilterInputStream {
        private final InputStream stored;

        Opened(InputStream stored, InputStream plain) {
            super(plain);
            this.stored = stored;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (UndecipherableException broken) {
                throw damaged(broken);
            }
        }

        @Override
        public void close() throws IOException {
            try (stored) {
                super.close();
            }
        }
    }
}
