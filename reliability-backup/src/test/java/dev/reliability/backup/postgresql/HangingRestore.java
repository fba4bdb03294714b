package dev.reliability.backup.postgresql;

import dev.reliability.core.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process that restores in place and stops in the middle of a table's rows, to be killed. */
final class HangingRestore {
    static final String OPERATION = "op_killed";

    private HangingRestore() {}

    public static void main(String[] arguments) throws IOException {
        PostgreSQLConfig config = PostgreSQLConfig.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(arguments[1]))
                .user(PrivatePostgres.ROLE)
                .password(arguments[2])
                .database(arguments[3])
                .pgBin(Path.of(arguments[0]))
                .build();
        Dump dump = new Dump(null, Files.readString(Path.of(arguments[4]))).cutAt("\n15000\t");
        DumpSource source = () -> new Hanging(dump.source().open());
        new PostgreSQLRestore(config, TimeSource.system())
                .inPlace(dump.request(OPERATION, source), new RecordedSteps());
    }

    private static final class Hanging extends InputStream {
        private final InputStream in;

        Hanging(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = in.read(bytes, offset, length);
            if (read < 0) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return read;
        }
    }
}
