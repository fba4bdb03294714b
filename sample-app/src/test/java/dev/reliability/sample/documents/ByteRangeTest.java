package dev.reliability.sample.documents;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 10, PART, 0, 1",
        "bytes=2-4, 10, PART, 2, 3",
        "bytes=2-, 10, PART, 2, 8",
        "bytes=2-99, 10, PART, 2, 8",
        "bytes=-3, 10, PART, 7, 3",
        "bytes=-99, 10, PART, 0, 10",
        "bytes=10-, 10, UNSATISFIABLE, 0, 0",
        "bytes=-0, 10, UNSATISFIABLE, 0, 0",
        "bytes=0-, 0, UNSATISFIABLE, 0, 0",
        "bytes=-5, 0, UNSATISFIABLE, 0, 0",
        "bytes=4-2, 10, WHOLE, 0, 10",
        "bytes=-, 10, WHOLE, 0, 10",
        "'bytes=0-1,3-4', 10, WHOLE, 0, 10",
        "lines=0-1, 10, WHOLE, 0, 10",
        "bytes=0-99999999999999999999, 10, WHOLE, 0, 10",
        ", 10, WHOLE, 0, 10",
    })
    void a_header_names_a_part_the_whole_or_nothing(
            String header, long size, ByteRange.Kind kind, long offset, long length) {
        assertThat(ByteRange.of(header, size)).isEqualTo(new ByteRange(kind, offset, length));
    }
}
