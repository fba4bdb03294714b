package dev.reliability.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.reliability.core.backup.BackupService;
import dev.reliability.core.health.HealthService;
import dev.reliability.jaxrs.security.JwtVerifier;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ReliabilityApiTest {
    private final HealthService health = unused(HealthService.class);
    private final BackupService backups = unused(BackupService.class);
    private final JwtVerifier jwt =
            JwtVerifier.builder().secret("0123456789abcdef0123456789abcdef").build();

    @Test
    void faults_areNamedAllAtOnce() {
        var builder = ReliabilityApi.builder().jwt(jwt).hostAuthentication().language("tlh");

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("health and backups are both missing")
                .hasMessageContaining("jwt and hostAuthentication exclude each other")
                .hasMessageContaining("'tlh'");
    }

    @Test
    void backupsWithoutAuthentication_areNotMounted_andTheLogSaysWhatToDo() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(ReliabilityApi.class);
        log.start();
        logger.addAppender(log);
        try {
            assertThat(types(ReliabilityApi.builder().health(health).backups(backups)))
                    .contains(HealthResource.class)
                    .doesNotContain(BackupResource.class);
        } finally {
            logger.detachAppender(log);
        }

        assertThat(log.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getFormattedMessage())
                    .contains("the backup endpoints are not mounted", "jwt(verifier) or hostAuthentication()");
        });
    }

    @Test
    void whatIsGiven_isMounted() {
        assertThat(types(ReliabilityApi.builder().backups(backups).jwt(jwt)))
                .contains(BackupResource.class, EndpointAuthentication.class)
                .doesNotContain(HealthResource.class, ProblemMapper.class);
        assertThat(types(ReliabilityApi.builder().backups(backups).hostAuthentication()))
                .contains(BackupResource.class)
                .doesNotContain(EndpointAuthentication.class);
        assertThat(types(ReliabilityApi.builder().health(health).problemsForAll()))
                .contains(HealthResource.class, ProblemMapper.class);
    }

    @Test
    void withTheHostsAuthentication_jjwtIsNotNeeded() throws Exception {
        try (URLClassLoader without = classPathWithout("jjwt")) {
            assertThatThrownBy(() -> without.loadClass("io.jsonwebtoken.Jwts"))
                    .isInstanceOf(ClassNotFoundException.class);
            Class<?> service = without.loadClass(BackupService.class.getName());
            Object builder = without.loadClass(ReliabilityApi.class.getName())
                    .getMethod("builder")
                    .invoke(null);
            builder.getClass().getMethod("backups", service).invoke(builder, unused(service));
            builder.getClass().getMethod("hostAuthentication").invoke(builder);
            Object api = builder.getClass().getMethod("build").invoke(builder);

            Set<?> singletons = (Set<?>) api.getClass().getMethod("singletons").invoke(api);

            // What a host does with components: it looks at all that they declare.
            assertThat(singletons).isNotEmpty().allSatisfy(component -> {
                assertThat(component.getClass().getDeclaredMethods()).isNotEmpty();
                assertThat(component.getClass().getDeclaredFields()).isNotNull();
            });
        }
    }

    private static Set<Class<?>> types(ReliabilityApi.Builder builder) {
        return builder.build().singletons().stream().map(Object::getClass).collect(Collectors.toSet());
    }

    private static URLClassLoader classPathWithout(String name) throws IOException {
        URL[] urls = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !new File(entry).getName().contains(name))
                .map(entry -> new File(entry).toURI())
                .map(ReliabilityApiTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(URI uri) {
        try {
            return uri.toURL();
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> T unused(Class<T> service) {
        return (T) Proxy.newProxyInstance(service.getClassLoader(), new Class<?>[] {service}, (proxy, method, args) -> {
            throw new UnsupportedOperationException(method.getName());
        });
    }
}
