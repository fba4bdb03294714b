package dev.reliability.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
    @Test
    void whatIsWritten_isReadAgain(@TempDir Path folder) throws Exception {
        Recording recording = new Drilled()
                .request(2, 1, Call.LIST, Outcome.REFUSED)
                .request(1, 1, Call.UPLOAD, Outcome.SERVED)
                .state(1, "backend-1", "ready", "", "ready")
                .state(2, "backend-1", "breaker database", "closed", "half_open")
                .document(1, Fate.CHANGED)
                .recording();
        Recording.write(folder, recording.requests(), recording.transitions(), recording.documents());
        Files.writeString(folder.resolve("marks"), "3000 broken kill -9 of backend-2\n\n4000 repaired\n");

        Recording read = Recording.read(folder);
        assertThat(read.requests()).isEqualTo(recording.requests());
        assertThat(read.requests().get(0).call()).isEqualTo(Call.UPLOAD);
        assertThat(read.transitions()).isEqualTo(recording.transitions());
        assertThat(read.documents()).isEqualTo(recording.documents());
        assertThat(read.marks())
                .isEqualTo(List.of(
                        new Mark(3_000_000, "broken", "kill -9 of backend-2"),
                        new Mark(4_000_000, "repaired", "repaired")));
    }

    @Test
    void whatBrokeMayBeToldInAnyWords() {
        Request request = new Request(1, 2, Call.UPLOAD, Outcome.FAILED, "one, two\nthree");
        assertThat(Request.parse(request.line()).detail()).isEqualTo("one two three");
    }

    @Test
    void aMarkOrCheckOfAnotherKind_isNamed() {
        assertThatThrownBy(() -> Mark.parse("soon broken"))
                .hasMessage("the mark 'soon broken' is not MILLIS NAME TEXT");
        assertThatThrownBy(() -> Checks.parse("good a | b | c"))
                .hasMessageContaining("'good a | b | c' is not met|missed");
        assertThat(Checks.parse("missed the lease | 2 backups | 1"))
                .isEqualTo(new Goal("the lease", "2 backups", "1", false));
        assertThat(Checks.parse("met the lease | 1 | 1").met()).isTrue();
    }
}
