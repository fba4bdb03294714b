# The sample backend's image, its command lines and the PostgreSQL programs that they need.
#
#   docker build -t ai-doc-backend:latest .                        builds the jar from the sources, with Maven
#   docker build -t ai-doc-backend:latest --build-arg JAR=prebuilt .   takes sample-app/target as `mvn package` left it
#
# BuildKit (Docker's own builder since 23.0, DOCKER_BUILDKIT=1 before) runs only the stages that the choice needs.

ARG BASE=debian:trixie-slim
ARG JAR=source

# ---- Java: the newest LTS, cut down to what the backend uses -----------------------------------------------------------

FROM ${BASE} AS jre
RUN apt-get update && \
    apt-get install -y --no-install-recommends openjdk-25-jdk-headless && \
    rm -rf /var/lib/apt/lists/*
# What `jdeps --print-module-deps` finds in the jars, and what they only reach by reflection: jdk.management (meters of the
# process), jdk.unsupported (sun.misc.Unsafe), jdk.zipfs (folders in jars).
RUN jlink --output /opt/java --no-header-files --no-man-pages --generate-cds-archive \
        --add-modules java.base,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.httpserver,jdk.jfr,jdk.management,jdk.unsupported,jdk.zipfs && \
    find /opt/java \( -name '*.debuginfo' -o -name classes_nocoops.jsa \) -delete

# ---- PostgreSQL's programs ---------------------------------------------------------------------------------------------

# Only programs and what they read: Debian's packages would bring a compiler (LLVM, for just-in-time compiling), Perl and
# scripts that make clusters. What is known of each package stays in status.d, where scanners for vulnerabilities look.
FROM ${BASE} AS postgresql
WORKDIR /packages
RUN apt-get update && \
    apt-get download postgresql-17 postgresql-client-17 && \
    mkdir -p /postgresql/var/lib/dpkg/status.d && \
    for package in *.deb; do \
        dpkg-deb --extract "$package" /postgresql && \
        dpkg-deb --field "$package" >"/postgresql/var/lib/dpkg/status.d/${package%%_*}" || exit 1; \
    done && \
    rm -rf /var/lib/apt/lists/* && \
    cd /postgresql && \
    rm -rf etc lib usr/lib/postgresql/17/lib/bitcode usr/lib/postgresql/17/lib/llvmjit* usr/share/bug usr/share/doc \
        usr/share/lintian usr/share/locale usr/share/man usr/share/postgresql/17/man usr/share/postgresql-common var/cache

# ---- The jar -----------------------------------------------------------------------------------------------------------

FROM ${BASE} AS jar-source
RUN apt-get update && \
    apt-get install -y --no-install-recommends ca-certificates maven openjdk-25-jdk-headless && \
    rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
# The whole reactor is read, but only the backend and what it needs is built.
# What the machine outside has built is for the other stage.
RUN --mount=type=cache,target=/root/.m2 \
    rm -rf sample-app/target && \
    mvn -B -ntp -q -DskipTests -pl sample-app -am package && \
    mkdir /dist && \
    mv sample-app/target/sample-app.jar sample-app/target/bom.json sample-app/target/lib /dist/

FROM ${BASE} AS jar-prebuilt
COPY sample-app/target/sample-app.jar sample-app/target/bom.json /dist/
COPY sample-app/target/lib /dist/lib

# Other people's libraries change rarely, ours with each build: they become layers of their own.
FROM jar-${JAR} AS jar
RUN mkdir -p /ours/lib && \
    mv /dist/lib/reliability-*.jar /ours/lib/ && \
    mv /dist/sample-app.jar /dist/bom.json /ours/

# ---- The image, but for the start-up cache -----------------------------------------------------------------------------

FROM ${BASE} AS untrained
# Libraries of PostgreSQL's programs; tini buries the processes that a test restore's server leaves to process 1.
RUN apt-get update && \
    apt-get install -y --no-install-recommends \
        libgssapi-krb5-2 libicu76 libldap2 liblz4-1 libpam0g libpq5 libreadline8t64 libselinux1 libssl3t64 libstdc++6 \
        libsystemd0 libuuid1 libxml2 libxslt1.1 libzstd1 zlib1g \
        ca-certificates tini tzdata && \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log \
        /usr/share/doc/* /usr/share/locale/* /usr/share/man/*
# A line in passwd, since initdb asks for the name of whoever runs it.
RUN groupadd --gid 10001 ai-doc && \
    useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin ai-doc && \
    install -d -o 10001 -g 10001 -m 0750 /app/storage /app/backups /app/verify
COPY --from=jre /opt/java /opt/java
COPY --from=postgresql /postgresql /
ENV JAVA_HOME=/opt/java \
    PATH=/opt/java/bin:/usr/lib/postgresql/17/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 \
    PG_BIN=/usr/lib/postgresql/17/bin \
    RELIABILITY_JAR=/app/sample-app.jar
WORKDIR /app
COPY --from=jar /dist/lib lib/
COPY scripts/backup-script.sh scripts/
COPY scripts/lib/build.sh scripts/lib/locale.sh scripts/lib/messages.sh scripts/lib/tools.sh scripts/lib/
COPY --chmod=0755 deploy/image/ai-doc-backend.sh bin/ai-doc-backend
COPY --chmod=0755 deploy/image/healthcheck.sh bin/healthcheck
COPY --chmod=0755 deploy/postgres/create-database-role.sh bin/create-database-role
COPY --from=jar /ours/ ./
USER 10001:10001
EXPOSE 8080 8081
# Ready, not only alive: whoever waits for "healthy" wants to send requests.
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["/app/bin/healthcheck"]
ENTRYPOINT ["/app/bin/ai-doc-backend"]
CMD ["serve"]

# ---- The start-up cache: classes as a start of this very JVM and these very jars has loaded and linked them -------------

FROM untrained AS training
COPY deploy/image/train.sh /training/
RUN ["bash", "/training/train.sh", "/tmp/sample-app.aot"]

FROM untrained
COPY --from=training --chown=0:0 /tmp/sample-app.aot /app/
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="ai-doc-backend" \
      org.opencontainers.image.description="AI document library: a backend whose backups are proved to restore" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
