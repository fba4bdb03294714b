package dev.reliability.sample.architecture;

import java.util.List;
import java.util.Set;

/**
 * The table of modules: what each may use. The words of the build files are artifacts, those of the code packages; the
 * JDK and JSpecify's annotations are free to all.
 *
 * @param name the module's folder
 * @param root the package that all of its classes are in
 * @param packages of others that its classes may use, each with what is below it
 * @param required artifacts that its users get with it
 * @param optional artifacts that it compiles against and its users may leave out, or that the host provides
 */
record Module(String name, String root, List<String> packages, Set<String> required, Set<String> optional) {
    private static final String CORE = "dev.reliability.core";
    private static final String SLF4J = "org.slf4j";
    private static final String MICROMETER = "io.micrometer.core";
    private static final String JACKSON_CORE = "com.fasterxml.jackson.core";

    /** Floors one and two; the sample on floor three may use everything. */
    static final List<Module> LIBRARIES = List.of(
            new Module("reliability-core", CORE, List.of(), Set.of(), Set.of()),
            new Module(
                    "reliability-health",
                    "dev.reliability.health",
                    List.of(CORE, SLF4J, MICROMETER, "com.sun.net.httpserver"),
                    Set.of("reliability-core", "slf4j-api"),
                    Set.of("micrometer-core")),
            new Module(
                    "reliability-backup",
                    "dev.reliability.backup",
                    List.of(
                            CORE,
                            SLF4J,
                            MICROMETER,
                            JACKSON_CORE,
                            "com.dynatrace.hash4j",
                            "com.cronutils",
                            "com.github.luben.zstd",
                            "com.exceptionfactory.jagged",
                            "org.apache.commons.compress"),
                    Set.of("reliability-core", "slf4j-api", "jackson-core", "hash4j", "cron-utils"),
                    Set.of(
                            "micrometer-core",
                            "commons-compress",
                            "zstd-jni",
                            "jagged-api",
                            "jagged-framework",
                            "jagged-x25519")),
            new Module(
                    "reliability-s3",
                    "dev.reliability.s3",
                    List.of(CORE, SLF4J, "io.minio", "okhttp3"),
                    Set.of("reliability-core", "slf4j-api", "minio", "okhttp-jvm"),
                    Set.of()),
            new Module(
                    "reliability-jaxrs",
                    "dev.reliability.jaxrs",
                    List.of(CORE, SLF4J, JACKSON_CORE, "jakarta.ws.rs", "jakarta.annotation", "io.jsonwebtoken"),
                    Set.of("reliability-core", "slf4j-api", "jackson-core"),
                    Set.of("jakarta.ws.rs-api", "jakarta.annotation-api", "jjwt-api", "jjwt-impl", "jjwt-gson")));
}
