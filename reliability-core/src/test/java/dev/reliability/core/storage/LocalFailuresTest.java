package dev.reliability.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalFailuresTest {

    @ParameterizedTest
    @CsvSource({
        "No space left on device, true, false",
        "Disk quota exceeded, true, false",
        "Input/output error, false, true",
        "Stale file handle, false, true",
        "Too many open files, false, true",
        "Read-only file system, false, false",
        "File name too long, false, false",
        "Operation not permitted, false, false"
    })
    void an_error_of_the_file_system_is_full_or_worth_another_try_or_neither(
            String reason, boolean full, boolean retryable) {
        ObjectStoreException failure =
                LocalFailures.of("write /data/key", new FileSystemException("/data/.store/tmp/1", null, reason));

        assertThat(failure instanceof NoSpaceException).isEqualTo(full);
        assertThat(failure.retryable()).isEqualTo(retryable);
        assertThat(failure).hasMessageStartingWith("cannot write /data/key: " + reason);
    }

    @Test
    void a_refused_permission_is_not_retried_and_an_interrupt_is_named() {
        ObjectStoreException denied = LocalFailures.of("read /data/key", new AccessDeniedException("/data/key"));
        assertThat(denied).hasMessage("cannot read /data/key: permission denied");
        assertThat(denied.retryable()).isFalse();

        assertThat(LocalFailures.of("write /data/key", new ClosedByInterruptException()))
                .hasMessage("cannot write /data/key: the thread was interrupted");
    }

    @Test
    void what_is_told_as_the_contract_has_it_is_passed_on() {
        ObjectStoreException already = new NoSpaceException("full", null);
        assertThat(LocalFailures.of("write", already)).isSameAs(already);
    }

    @Test
    void an_unknown_error_is_no_full_disk_while_there_is_space() {
        IOException unknown = new IOException("设备上没有空间");
        assertThat(LocalFailures.ofWrite("write", unknown, Path.of("/")).retryable())
                .isTrue();
    }
}
