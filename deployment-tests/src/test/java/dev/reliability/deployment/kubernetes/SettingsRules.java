package dev.reliability.deployment.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is configured, and who sees which secret. */
final class SettingsRules {
    private static final Set<String> KEYS = Set.of(
            "db-user",
            "db-password",
            "jwt-secret",
            "app-db-password",
            "backup-signing-key",
            "documents-s3-access-key",
            "documents-s3-secret-key",
            "backups-s3-access-key",
            "backups-s3-secret-key");
    /** The image's start script reads it, the backend does not. */
    private static final String JAVA_OPTS = "JAVA_OPTS";

    private SettingsRules() {}

    static List<Rule> all() {
        return List.of(
                Rule.always("the backend reads every variable that it is given", SettingsRules::variables),
                Rule.always("the one Secret has the guide's keys and ours, to be filled in", SettingsRules::secret),
                Rule.always(
                        "the superuser's keys are for the server and the init container alone",
                        SettingsRules::superuser),
                Rule.always("secrets are files, but for the superuser's name", SettingsRules::filesAlone),
                Rule.always("each Pod gets the keys alone that it needs", SettingsRules::needed),
                Rule.always("CronJobs are the only clock", (manifests, findings) -> {
                    for (String name : List.of("BACKUP_SCHEDULE", "VERIFY_SCHEDULE")) {
                        findings.that(!given(manifests).contains(name), name + " is set");
                    }
                }),
                new Rule(
                        "each outside S3 is two lines",
                        Variant.without(Variant.SHARED_FOLDERS),
                        SettingsRules::outside),
                Rule.always("it is evident that backups have no second home", SettingsRules::offsite),
                Rule.always("the database is where it is said to be", SettingsRules::database));
    }

    private static List<String> given(Manifests manifests) {
        List<String> names = new ArrayList<>();
        manifests.the("ConfigMap", "ai-doc-config").map("data").keySet().forEach(each -> names.add(each.toString()));
        manifests.pods().stream()
                .flatMap(Pod::backendContainers)
                .forEach(each -> names.addAll(each.env().keySet()));
        return names;
    }

    private static void variables(Manifests manifests, Findings findings) {
        Set<String> known = Documented.variables();
        findings.that(known.size() > 40, "docs/configuration.md is read wrongly: " + known);
        for (String name : given(manifests)) {
            findings.that(
                    name.equals(JAVA_OPTS) || known.contains(name), "docs/configuration.md does not know " + name);
        }
        manifests.pods().stream()
                .flatMap(Pod::backendContainers)
                .forEach(each -> findings.equal(
                        each.at() + " envFrom",
                        Tree.at(each.content(), "envFrom"),
                        List.of(Map.of("configMapRef", Map.of("name", "ai-doc-config")))));
    }

    private static void secret(Manifests manifests, Findings findings) {
        findings.equal("number of Secrets", manifests.of("Secret").count(), 1L);
        Map<?, ?> values = manifests.the("Secret", "ai-doc-secrets").map("stringData");
        findings.equal("keys", values.keySet(), KEYS);
        values.forEach((key, value) -> findings.that(
                key.equals("db-user")
                        ? value.equals("postgres")
                        : value.toString().matches("<.+>"),
                key + " is no placeholder"));
        findings.that(
                manifests.the("Secret", "ai-doc-secrets").map("data").isEmpty(), "values beside the placeholders");
    }

    private static void superuser(Manifests manifests, Findings findings) {
        Set<String> allowed = Set.of("StatefulSet/postgres postgres", "Deployment/ai-doc-backend create-database-role");
        for (Pod pod : manifests.pods()) {
            Set<String> volumes = Tree.list(pod.spec(), "volumes").stream()
                    .filter(volume -> Tree.list(volume, "secret", "items").stream()
                            .anyMatch(item -> isSuperusers(Tree.text(item, "key"))))
                    .map(volume -> Tree.text(volume, "name"))
                    .collect(Collectors.toSet());
            for (Pod.Container each : pod.containers()) {
                boolean mounts = Tree.list(each.content(), "volumeMounts").stream()
                        .anyMatch(mount -> volumes.contains(Tree.text(mount, "name")));
                boolean reads = each.env().values().stream()
                        .anyMatch(variable -> isSuperusers(Tree.text(variable, "valueFrom", "secretKeyRef", "key")));
                findings.that(
                        (!mounts && !reads) || allowed.contains(each.at()), each.at() + " sees the superuser's keys");
                findings.that(
                        (mounts && reads) || !allowed.contains(each.at()),
                        each.at() + " does not see the superuser's keys");
            }
        }
    }

    private static boolean isSuperusers(String key) {
        return key.equals("db-user") || key.equals("db-password");
    }

    private static void filesAlone(Manifests manifests, Findings findings) {
        Set<String> secrets = Documented.secrets();
        for (String name : given(manifests)) {
            findings.that(!secrets.contains(name), name + " is no file");
        }
        for (Pod pod : manifests.pods()) {
            for (Pod.Container each : pod.containers()) {
                each.env()
                        .forEach((name, variable) -> findings.that(
                                Tree.at(variable, "valueFrom", "secretKeyRef") == null
                                        || name.equals("DB_ADMIN_USER")
                                        || name.equals("POSTGRES_USER"),
                                each.at() + " " + name + " is no file"));
            }
            for (Object volume : Tree.list(pod.spec(), "volumes")) {
                if (Tree.at(volume, "secret") != null) {
                    findings.equal(
                            pod.owner() + " mode of " + Tree.text(volume, "name"),
                            Tree.number(volume, "secret", "defaultMode"),
                            0440);
                }
            }
        }
    }

    private static void needed(Manifests manifests, Findings findings) {
        boolean folders = manifests.variant().has(Variant.SHARED_FOLDERS);
        Set<String> documents = folders ? Set.of() : Set.of("MINIO_ACCESS_KEY_FILE", "MINIO_SECRET_KEY_FILE");
        Set<String> backups = folders ? Set.of() : Set.of("BACKUP_S3_ACCESS_KEY_FILE", "BACKUP_S3_SECRET_KEY_FILE");
        Set<String> database = Set.of("DB_PASSWORD_FILE", "BACKUP_SIGNING_KEY_FILE");
        files(
                manifests,
                findings,
                "ai-doc-backend backend",
                List.of(database, documents, backups, Set.of("JWT_SECRET_FILE")));
        files(manifests, findings, "auto-backup backup", List.of(database, documents, backups));
        files(manifests, findings, "auto-verify verify", List.of(database, backups));
        files(manifests, findings, "storage-check documents", List.of(documents));
        files(manifests, findings, "storage-check backups", List.of(backups));
        mounted(manifests, findings);
    }

    /** Also of a key that no variable names a container could read the file. */
    private static void mounted(Manifests manifests, Findings findings) {
        Set<String> documents = Set.of("documents-s3-access-key", "documents-s3-secret-key");
        Set<String> backups = Set.of("backups-s3-access-key", "backups-s3-secret-key");
        Set<String> role = Set.of("app-db-password");
        Set<String> signing = Set.of("backup-signing-key");
        Set<String> outside = Set.of("offsite-s3-access-key", "offsite-s3-secret-key", "notify-webhook");
        Map<String, List<Set<String>>> expected = Map.of(
                "ai-doc-backend",
                List.of(role, signing, documents, backups, outside, Set.of("jwt-secret", "db-password")),
                "auto-backup",
                List.of(role, signing, documents, backups, outside),
                "auto-verify",
                List.of(role, signing, backups, outside),
                "storage-check",
                List.of(documents, backups, outside),
                "postgres",
                List.of(Set.of("db-password")),
                "s3-documents",
                List.of(documents),
                "s3-backups",
                List.of(backups));
        boolean folders = manifests.variant().has(Variant.SHARED_FOLDERS);
        boolean operator = manifests.variant().has(Variant.CLOUDNATIVE_PG);
        for (Pod pod : manifests.pods()) {
            Set<String> wanted = expected.getOrDefault(pod.app(), List.of()).stream()
                    .flatMap(Set::stream)
                    .filter(key -> !(folders && (documents.contains(key) || backups.contains(key))))
                    .filter(key -> !(operator && (role.contains(key) || isSuperusers(key))))
                    .collect(Collectors.toSet());
            Set<String> given = Tree.list(pod.spec(), "volumes").stream()
                    .filter(volume -> Tree.text(volume, "secret", "secretName").equals("ai-doc-secrets"))
                    .flatMap(volume -> Tree.list(volume, "secret", "items").stream())
                    .map(item -> Tree.text(item, "key"))
                    .collect(Collectors.toSet());
            findings.equal(pod.owner() + "'s keys", given, wanted);
        }
    }

    /** @param which the Pod's label, and the container's name */
    private static void files(Manifests manifests, Findings findings, String which, List<Set<String>> expected) {
        String[] names = which.split(" ");
        Set<String> given = new Pod.Container(which, manifests.container(names[0], names[1]))
                .env().keySet().stream().filter(name -> name.endsWith("_FILE")).collect(Collectors.toSet());
        Set<String> wanted = expected.stream().flatMap(Set::stream).collect(Collectors.toSet());
        findings.equal(which + "'s secrets", given, wanted);
    }

    private static void outside(Manifests manifests, Findings findings) {
        Map<String, String> lines = Map.of(
                "STORAGE_TYPE", "minio",
                "MINIO_ENDPOINT", "http://s3-documents:9000",
                "MINIO_BUCKET", "ai-doc",
                "BACKUP_S3_ENDPOINT", "http://s3-backups:9000",
                "BACKUP_REPOSITORY", "s3://ai-doc-backups");
        lines.forEach((name, value) -> {
            findings.equal(name, manifests.configured(name), value);
            findings.equal(
                    "places of " + name,
                    given(manifests).stream().filter(name::equals).count(),
                    1L);
        });
    }

    private static void offsite(Manifests manifests, Findings findings) {
        findings.equal(
                "BACKUP_OFFSITE", manifests.the("ConfigMap", "ai-doc-config").at("data", "BACKUP_OFFSITE"), "");
    }

    private static void database(Manifests manifests, Findings findings) {
        boolean operator = manifests.variant().has(Variant.CLOUDNATIVE_PG);
        findings.equal("DB_HOST", manifests.configured("DB_HOST"), operator ? "postgres-rw" : "postgres");
        findings.equal("DB_PORT", manifests.configured("DB_PORT"), "5432");
        findings.equal("DB_USER", manifests.configured("DB_USER"), "ai_doc");
        findings.equal("DB_NAME", manifests.configured("DB_NAME"), "ai_doc_library");
    }
}
