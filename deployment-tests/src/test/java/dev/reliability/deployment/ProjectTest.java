package dev.reliability.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProjectTest {
    @Test
    void a_key_that_is_there_twice_is_refused_as_it_would_be_lost_silently() {
        assertThatThrownBy(() -> Project.yaml("image: a\nimage: b\n")).hasMessageContaining("image");
    }

    @Test
    void empty_documents_are_left_out() {
        assertThat(Project.yaml("---\n# only a comment\n---\nkind: Service\n"))
                .isEqualTo(List.of(Map.of("kind", "Service")));
    }
}
