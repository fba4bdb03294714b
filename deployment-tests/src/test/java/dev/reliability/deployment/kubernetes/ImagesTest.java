package dev.reliability.deployment.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.deployment.Project;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ImagesTest {
    @Test
    void Compose_runs_the_same_images() {
        String compose = Project.text("docker-compose.yml");

        assertThat(Kustomize.render(Variant.NGINX_LB).pods().stream()
                        .flatMap(pod -> pod.containers().stream())
                        .map(Pod.Container::image)
                        .collect(Collectors.toSet()))
                .hasSize(4)
                .allSatisfy(image -> assertThat(compose).contains(image));
    }

    @Test
    void the_operators_PostgreSQL_is_of_the_same_version() {
        String tag = Kustomize.render(Variant.CLOUDNATIVE_PG)
                .the("Cluster", "postgres")
                .text("spec", "imageName")
                .replaceFirst(".*:", "");
        Object server = Tree.at(Kustomize.render(Variant.BASE).container("postgres", "postgres"), "image");

        assertThat("postgres:" + tag.replace("-system", "")).isEqualTo(server);
    }
}
