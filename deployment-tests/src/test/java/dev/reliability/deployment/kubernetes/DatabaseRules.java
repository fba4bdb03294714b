package dev.reliability.deployment.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL: one server, or an operator's cluster. */
final class DatabaseRules {
    private static final List<Variant> SERVER = Variant.without(Variant.CLOUDNATIVE_PG);
    private static final List<Variant> CLUSTER = Variant.with(Variant.CLOUDNATIVE_PG);
    private static final Pattern SEVENTEEN = Pattern.compile("(.+/)?postgres(ql)?:17\\.[0-9]+-.*trixie");

    private DatabaseRules() {}

    static List<Rule> all() {
        return List.of(
                new Rule(
                        "PostgreSQL is one server of the major version that the image has programs of",
                        SERVER,
                        (m, f) -> {
                            f.equal("replicas", m.the("StatefulSet", "postgres").number("spec", "replicas"), 1);
                            f.that(SEVENTEEN.matcher(image(m)).matches(), "its image is " + image(m));
                        }),
                new Rule("PostgreSQL's Service is headless", SERVER, (m, f) -> {
                    Resource service = m.the("Service", "postgres");
                    f.equal("clusterIP", service.text("spec", "clusterIP"), "None");
                    f.equal("not ready", service.at("spec", "publishNotReadyAddresses"), true);
                    f.equal("port", Tree.number(service.list("spec", "ports"), 0, "port"), 5432);
                    f.equal("serviceName", m.the("StatefulSet", "postgres").text("spec", "serviceName"), "postgres");
                }),
                new Rule("PGDATA lies below its mount", SERVER, DatabaseRules::data),
                new Rule("PostgreSQL's own user owns its files", SERVER, (m, f) -> {
                    Object context = Tree.map(m.pod("postgres").spec(), "securityContext");
                    f.equal("uid", Tree.number(context, "runAsUser"), 999);
                    f.equal("gid", Tree.number(context, "runAsGroup"), 999);
                }),
                new Rule("PostgreSQL may write where it has to", SERVER, (m, f) -> {
                    List<String> mounts = Tree.list(m.container("postgres", "postgres"), "volumeMounts").stream()
                            .map(each -> Tree.text(each, "mountPath"))
                            .toList();
                    f.that(
                            mounts.containsAll(List.of("/var/run/postgresql", "/tmp", "/dev/shm")),
                            "it may write to " + mounts);
                }),
                new Rule("PostgreSQL's probes wait for a recovery", SERVER, DatabaseRules::probes),
                new Rule(
                        "PostgreSQL has the time for a checkpoint when it ends",
                        SERVER,
                        (m, f) -> f.that(
                                Tree.number(m.pod("postgres").spec(), "terminationGracePeriodSeconds") >= 60,
                                "it is killed early")),
                new Rule("PostgreSQL asks for passwords, and checks its pages", SERVER, (m, f) -> {
                    Object env = Tree.list(m.container("postgres", "postgres"), "env");
                    f.equal(
                            "initdb",
                            Tree.text(env, "POSTGRES_INITDB_ARGS", "value"),
                            "--auth-host=scram-sha-256 --data-checksums --locale=C.UTF-8 --encoding=UTF8");
                    f.equal("trust", Tree.at(env, "POSTGRES_HOST_AUTH_METHOD"), null);
                    f.equal(
                            "password",
                            Tree.text(env, "POSTGRES_PASSWORD_FILE", "value"),
                            "/run/secrets/superuser/db-password");
                }),
                new Rule("the operator's cluster takes the server's place", CLUSTER, DatabaseRules::replaced),
                new Rule("the operator's cluster survives a node", CLUSTER, DatabaseRules::survives),
                new Rule(
                        "the operator makes the role with the rights that restores need", CLUSTER, DatabaseRules::role),
                new Rule("the operator's password is the backend's", CLUSTER, DatabaseRules::password));
    }

    /** A setting of the server, wherever the variant has it; 0 if it is not there. */
    static int setting(Manifests manifests, String name) {
        if (manifests.variant().has(Variant.CLOUDNATIVE_PG)) {
            return Integer.parseInt(
                    "0" + manifests.the("Cluster", "postgres").text("spec", "postgresql", "parameters", name));
        }
        List<?> arguments = Tree.list(manifests.container("postgres", "postgres"), "args");
        for (int i = 1; i < arguments.size(); i++) {
            Matcher setting =
                    Pattern.compile(name + "=([0-9]+)").matcher(arguments.get(i).toString());
            if (setting.matches() && arguments.get(i - 1).equals("-c")) {
                return Integer.parseInt(setting.group(1));
            }
        }
        return 0;
    }

    private static String image(Manifests manifests) {
        return Tree.text(manifests.container("postgres", "postgres"), "image");
    }

    private static void data(Manifests manifests, Findings findings) {
        Object container = manifests.container("postgres", "postgres");
        String mount = Tree.text(container, "volumeMounts", "data", "mountPath");
        String data = Tree.text(container, "env", "PGDATA", "value");
        findings.equal("mount", mount, "/var/lib/postgresql/data");
        findings.that(data.startsWith(mount + "/"), "PGDATA is " + data);
        StoreRules.claim(manifests.the("StatefulSet", "postgres"), findings);
    }

    private static void probes(Manifests manifests, Findings findings) {
        Object container = manifests.container("postgres", "postgres");
        String ready = "pg_isready -q -h 127.0.0.1 -U \"$POSTGRES_USER\"";
        Map<String, String> commands =
                Map.of("startupProbe", ready, "readinessProbe", ready, "livenessProbe", ready + "; test $? -le 1");
        commands.forEach((probe, command) ->
                findings.equal(probe, Tree.at(container, probe, "exec", "command"), List.of("sh", "-c", command)));
        int start = Tree.number(container, "startupProbe", "periodSeconds")
                * Tree.number(container, "startupProbe", "failureThreshold");
        int hanging = Tree.number(container, "livenessProbe", "timeoutSeconds")
                * Tree.number(container, "livenessProbe", "failureThreshold");
        findings.that(hanging >= 120, "a busy node has " + hanging + " s to answer");
        findings.that(start >= 600, "a recovery at the start may take " + start + " s");
    }

    private static void replaced(Manifests manifests, Findings findings) {
        findings.equal("servers", manifests.find("StatefulSet", "postgres").count(), 0L);
        findings.equal("Services", manifests.find("Service", "postgres").count(), 0L);
        findings.equal(
                "init containers",
                Tree.list(manifests.pod("ai-doc-backend").spec(), "initContainers")
                        .size(),
                0);
        Resource cluster = manifests.the("Cluster", "postgres");
        findings.that(
                SEVENTEEN.matcher(cluster.text("spec", "imageName")).matches(),
                "its image is " + cluster.text("spec", "imageName"));
        findings.equal(
                "database", cluster.text("spec", "bootstrap", "initdb", "database"), manifests.configured("DB_NAME"));
        findings.equal("label", cluster.text("spec", "inheritedMetadata", "labels", "app"), "postgres");
    }

    private static void survives(Manifests manifests, Findings findings) {
        Resource cluster = manifests.the("Cluster", "postgres");
        findings.equal("instances", cluster.number("spec", "instances"), 3);
        findings.equal("affinity", cluster.text("spec", "affinity", "podAntiAffinityType"), "required");
        findings.equal("topologyKey", cluster.text("spec", "affinity", "topologyKey"), "kubernetes.io/hostname");
        findings.equal(
                "synchronous",
                cluster.at("spec", "postgresql", "synchronous"),
                Map.of("method", "any", "number", 1, "dataDurability", "preferred"));
        findings.that(!cluster.text("spec", "storage", "size").isEmpty(), "its size is not said");
    }

    private static void role(Manifests manifests, Findings findings) {
        Resource cluster = manifests.the("Cluster", "postgres");
        String owner = cluster.text("spec", "bootstrap", "initdb", "owner");
        findings.equal("owner", owner, manifests.configured("DB_USER"));
        findings.equal(
                "role",
                cluster.at("spec", "managed", "roles", owner),
                Map.of(
                        "name",
                        owner,
                        "ensure",
                        "present",
                        "login",
                        true,
                        "createdb",
                        true,
                        "inRoles",
                        List.of("pg_signal_backend")));
    }

    private static void password(Manifests manifests, Findings findings) {
        for (String app : List.of("ai-doc-backend", "auto-backup", "auto-verify")) {
            findings.equal(
                    app + "'s password",
                    Tree.text(manifests.pod(app).spec(), "volumes", "database", "secret", "secretName"),
                    "postgres-app");
        }
    }
}
