package dev.reliability.deployment.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Where documents and backups are: two S3 servers, or two folders that all share. */
final class StoreRules {
    private static final List<Variant> SERVERS = Variant.without(Variant.SHARED_FOLDERS);
    private static final List<Variant> FOLDERS = Variant.with(Variant.SHARED_FOLDERS);

    private StoreRules() {}

    static List<Rule> all() {
        return List.of(
                new Rule(
                        "documents and backups have an S3 server each, with a volume and keys of its own",
                        SERVERS,
                        (m, f) -> {
                            server(m, "documents", f);
                            server(m, "backups", f);
                        }),
                new Rule(
                        "S3 servers let nobody in without a key",
                        SERVERS,
                        (m, f) -> apps().forEach(app -> {
                            Object env = Tree.list(m.container(app, "s3proxy"), "env");
                            f.equal(app, Tree.text(env, "S3PROXY_AUTHORIZATION", "value"), "aws-v4");
                            f.equal(
                                    app,
                                    Tree.text(env, "S3PROXY_IDENTITY_FILE", "value"),
                                    "/run/secrets/s3/access-key");
                            f.equal(
                                    app,
                                    Tree.text(env, "S3PROXY_CREDENTIAL_FILE", "value"),
                                    "/run/secrets/s3/secret-key");
                        })),
                new Rule("S3 servers are asked whether they serve, and end what runs", SERVERS, StoreRules::probes),
                new Rule("an ordinary storage class is enough", SERVERS, StoreRules::ordinary),
                new Rule("all share two folders in place of S3", FOLDERS, StoreRules::folders),
                new Rule("nothing of S3 is left", FOLDERS, (m, f) -> {
                    m.all()
                            .forEach(each -> f.that(
                                    !each.name().matches("(to-)?s3-.*"), each.id() + " is there, and nobody needs it"));
                    m.pods()
                            .forEach(pod ->
                                    f.equal(pod.owner() + "'s keys", Tree.at(pod.spec(), "volumes", "stores"), null));
                    m.the("ConfigMap", "ai-doc-config")
                            .map("data")
                            .keySet()
                            .forEach(name -> f.that(
                                    !name.toString().matches("MINIO_.*|BACKUP_S3_.*|BACKUP_REPOSITORY"),
                                    name + " is left"));
                }));
    }

    private static List<String> apps() {
        return List.of("s3-documents", "s3-backups");
    }

    private static void server(Manifests manifests, String what, Findings findings) {
        String name = "s3-" + what;
        Resource server = manifests.the("StatefulSet", name);
        // Its conditional writes hold within one process.
        findings.equal(name + " replicas", server.at("spec", "replicas"), 1);
        claim(server, findings);
        Object container = manifests.container(name, "s3proxy");
        Object env = Tree.list(container, "env");
        findings.that(Tree.text(container, "image").startsWith("andrewgaul/s3proxy:"), name + "'s image");
        String mount = Tree.text(container, "volumeMounts", "data", "mountPath");
        findings.that(
                !mount.isEmpty()
                        && Tree.text(env, "JCLOUDS_FILESYSTEM_BASEDIR", "value").startsWith(mount + "/"),
                name + " writes beside its volume, or into its root");
        findings.equal(name + " names of files", Tree.text(env, "LANG", "value"), "C.UTF-8");
        findings.equal(name + " provider", Tree.text(env, "JCLOUDS_PROVIDER", "value"), "filesystem");
        findings.equal(name + " endpoint", Tree.text(env, "S3PROXY_ENDPOINT", "value"), "http://0.0.0.0:9000");
        findings.equal(name + " port", Tree.number(container, "ports", "s3", "containerPort"), 9000);
        findings.equal(
                name + "'s Service",
                Tree.number(manifests.the("Service", name).list("spec", "ports"), 0, "port"),
                9000);
        Set<String> keys = Tree.list(manifests.pod(name).spec(), "volumes", "keys", "secret", "items").stream()
                .map(item -> Tree.text(item, "key"))
                .collect(Collectors.toSet());
        findings.equal(name + "'s keys", keys, Set.of(what + "-s3-access-key", what + "-s3-secret-key"));
    }

    /** One volume, of the cluster's default class, that stays when the server is deleted. */
    static void claim(Resource server, Findings findings) {
        List<?> claims = server.list("spec", "volumeClaimTemplates");
        findings.equal(server.id() + "'s volumes", claims.size(), 1);
        findings.equal(server.id() + " access", Tree.at(claims, 0, "spec", "accessModes"), List.of("ReadWriteOnce"));
        findings.equal(server.id() + " class", Tree.at(claims, 0, "spec", "storageClassName"), null);
        findings.that(
                !Tree.text(claims, 0, "spec", "resources", "requests", "storage")
                        .isEmpty(),
                server.id() + " has no size");
        findings.equal(server.id() + " retention", server.at("spec", "persistentVolumeClaimRetentionPolicy"), null);
    }

    private static void probes(Manifests manifests, Findings findings) {
        for (String app : apps()) {
            Object container = manifests.container(app, "s3proxy");
            for (String probe : List.of("startupProbe", "readinessProbe")) {
                findings.equal(
                        app + " " + probe,
                        Tree.at(container, probe, "httpGet"),
                        Map.of("path", "/healthz", "port", "s3"));
            }
            findings.equal(
                    app + " livenessProbe", Tree.at(container, "livenessProbe", "tcpSocket"), Map.of("port", "s3"));
            int preStop = Tree.number(container, "lifecycle", "preStop", "sleep", "seconds");
            findings.that(
                    preStop >= 5
                            && Tree.number(manifests.pod(app).spec(), "terminationGracePeriodSeconds") >= preStop + 30,
                    app + " is killed while it ends");
        }
    }

    private static void ordinary(Manifests manifests, Findings findings) {
        findings.equal(
                "claims of their own", manifests.of("PersistentVolumeClaim").count(), 0L);
        for (Pod pod : manifests.pods()) {
            for (Object volume : Tree.list(pod.spec(), "volumes")) {
                Object claim = Tree.at(volume, "ephemeral", "volumeClaimTemplate", "spec");
                if (claim != null) {
                    findings.equal(pod.owner() + " access", Tree.at(claim, "accessModes"), List.of("ReadWriteOnce"));
                    findings.equal(pod.owner() + " class", Tree.at(claim, "storageClassName"), null);
                }
            }
        }
    }

    private static void folders(Manifests manifests, Findings findings) {
        Map<String, String> folders = Map.of("documents", "/app/storage", "backups", "/app/backups");
        folders.keySet()
                .forEach(claim -> findings.equal(
                        claim + " access",
                        manifests.the("PersistentVolumeClaim", claim).at("spec", "accessModes"),
                        List.of("ReadWriteMany")));
        findings.equal("STORAGE_TYPE", manifests.configured("STORAGE_TYPE"), "local");
        findings.equal("STORAGE_DIR", manifests.configured("STORAGE_DIR"), folders.get("documents"));
        findings.equal("BACKUP_DIR", manifests.configured("BACKUP_DIR"), folders.get("backups"));
        uses(manifests, "ai-doc-backend", "backend", folders.keySet(), folders, findings);
        uses(manifests, "auto-backup", "backup", folders.keySet(), folders, findings);
        uses(manifests, "auto-verify", "verify", Set.of("backups"), folders, findings);
        uses(manifests, "storage-check", "documents", Set.of("documents"), folders, findings);
        uses(manifests, "storage-check", "backups", Set.of("backups"), folders, findings);
    }

    private static void uses(
            Manifests manifests,
            String app,
            String container,
            Set<String> claims,
            Map<String, String> folders,
            Findings findings) {
        Object mounts = Tree.list(manifests.container(app, container), "volumeMounts");
        for (String claim : folders.keySet()) {
            findings.equal(
                    app + " " + container + "'s " + claim,
                    Tree.text(mounts, claim, "mountPath"),
                    claims.contains(claim) ? folders.get(claim) : "");
        }
    }
}
