package dev.reliability.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContentsTest {
    @Test
    void aNumberAlwaysHasTheSameBytes_andAnotherOneOthers() {
        assertThat(new Contents(1).of(3)).isEqualTo(new Contents(1).of(3));
        assertThat(new Contents(1).of(8)).isNotEqualTo(new Contents(1).of(16));
        assertThat(new Contents(1).of(8)).isNotEqualTo(new Contents(2).of(8));
    }

    @Test
    void theyAreOfAllSizesUpTo64Kilobytes() {
        int[] sizes = IntStream.range(0, 400)
                .map(number -> new Contents(1).of(number).length)
                .toArray();
        assertThat(IntStream.of(sizes)).allMatch(size -> size >= 1 && size <= 65_536);
        assertThat(IntStream.of(sizes).filter(size -> size == 65_536).count()).isGreaterThanOrEqualTo(50);
        assertThat(IntStream.of(sizes).filter(size -> size < 256).count()).isGreaterThan(50);
    }
}
