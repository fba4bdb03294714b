package dev.reliability.deployment.kubernetes;

import java.util.List;
import java.util.Map;

/** The CronJobs. */
final class JobRules {
    private JobRules() {}

    static List<Rule> all() {
        return List.of(
                Rule.always("a full backup is made at two, and a test restore after it", JobRules::times),
                Rule.always(
                        "a backup is kept for seven days",
                        (manifests, findings) ->
                                findings.equal("RETENTION_DAYS", manifests.configured("RETENTION_DAYS"), "7")),
                Rule.always("two runs never overlap, and a late one is still made", JobRules::overlap),
                Rule.always("old Jobs go, and none runs for ever", JobRules::histories),
                Rule.always("only what may succeed is tried again", JobRules::tries),
                Rule.always("a scheduled Job says which minute it stands for", JobRules::minute),
                Rule.always("jobs run what they are named after", JobRules::commands),
                Rule.always("a test restore has a volume for its database", JobRules::room),
                Rule.always("the storage check waits to be started", JobRules::storageCheck));
    }

    private static Resource job(Manifests manifests, String name) {
        return manifests.the("CronJob", name);
    }

    private static void times(Manifests manifests, Findings findings) {
        findings.equal("auto-backup", job(manifests, "auto-backup").text("spec", "schedule"), "0 2 * * *");
        findings.equal("auto-verify", job(manifests, "auto-verify").text("spec", "schedule"), "0 4 * * *");
        for (String name : List.of("auto-backup", "auto-verify")) {
            findings.equal(name + " time zone", job(manifests, name).text("spec", "timeZone"), "Etc/UTC");
            findings.equal(name + " suspended", job(manifests, name).at("spec", "suspend"), null);
        }
    }

    private static void overlap(Manifests manifests, Findings findings) {
        for (String name : List.of("auto-backup", "auto-verify")) {
            findings.equal(name, job(manifests, name).text("spec", "concurrencyPolicy"), "Forbid");
            int late = job(manifests, name).number("spec", "startingDeadlineSeconds");
            findings.that(late >= 3600 && late < 86400, name + " may be late by " + late + " s");
        }
    }

    private static void histories(Manifests manifests, Findings findings) {
        for (String name : List.of("auto-backup", "auto-verify")) {
            findings.equal(name, job(manifests, name).number("spec", "successfulJobsHistoryLimit"), 7);
            findings.equal(name, job(manifests, name).number("spec", "failedJobsHistoryLimit"), 7);
            spec(manifests, name, "ttlSecondsAfterFinished", 604800, findings);
            spec(manifests, name, "activeDeadlineSeconds", 21600, findings);
            findings.that(
                    Tree.number(manifests.pod(name).spec(), "terminationGracePeriodSeconds") >= 60,
                    name + " can not cancel what it does");
        }
    }

    private static void spec(Manifests manifests, String name, String field, int expected, Findings findings) {
        findings.equal(name + " " + field, job(manifests, name).number("spec", "jobTemplate", "spec", field), expected);
    }

    private static void tries(Manifests manifests, Findings findings) {
        tries(manifests, "auto-backup", "backup", List.of(2, 3, 4, 7), findings);
        tries(manifests, "auto-verify", "verify", List.of(2, 3, 4, 6, 7), findings);
    }

    /** The policy needs Pods that are not started again in place. */
    private static void tries(
            Manifests manifests, String name, String container, List<Integer> hopeless, Findings findings) {
        spec(manifests, name, "backoffLimit", 2, findings);
        findings.equal(name + " restarts", Tree.text(manifests.pod(name).spec(), "restartPolicy"), "Never");
        findings.equal(
                name + " policy",
                job(manifests, name).at("spec", "jobTemplate", "spec", "podFailurePolicy", "rules"),
                List.of(
                        Map.of(
                                "action",
                                "Ignore",
                                "onPodConditions",
                                List.of(Map.of("type", "DisruptionTarget", "status", "True"))),
                        Map.of(
                                "action",
                                "FailJob",
                                "onExitCodes",
                                Map.of("containerName", container, "operator", "In", "values", hopeless))));
    }

    private static void minute(Manifests manifests, Findings findings) {
        findings.equal(
                "BACKUP_JOB_NAME",
                Tree.text(
                        manifests.container("auto-backup", "backup"),
                        "env",
                        "BACKUP_JOB_NAME",
                        "valueFrom",
                        "fieldRef",
                        "fieldPath"),
                "metadata.labels['batch.kubernetes.io/job-name']");
    }

    private static void commands(Manifests manifests, Findings findings) {
        command(manifests, "auto-backup", "backup", List.of("backup", "full"), findings);
        command(manifests, "auto-verify", "verify", List.of("verify", "--newest"), findings);
        command(manifests, "storage-check", "documents", List.of("storage", "check", "documents"), findings);
        command(manifests, "storage-check", "backups", List.of("storage", "check", "backups"), findings);
    }

    private static void command(
            Manifests manifests, String app, String container, List<String> arguments, Findings findings) {
        Object content = manifests.container(app, container);
        findings.equal(app + " " + container, Tree.at(content, "args"), arguments);
        findings.equal(app + " " + container + "'s program", Tree.at(content, "command"), null);
        findings.that(
                Tree.text(content, "image").startsWith("ai-doc-backend:"),
                app + " " + container + " is not the backend's");
    }

    private static void room(Manifests manifests, Findings findings) {
        Object container = manifests.container("auto-verify", "verify");
        findings.equal("VERIFY_DIR", Tree.text(container, "env", "VERIFY_DIR", "value"), "/verify");
        findings.equal("mount", Tree.text(container, "volumeMounts", "verify", "mountPath"), "/verify");
        String room = Tree.text(
                manifests.pod("auto-verify").spec(),
                "volumes",
                "verify",
                "ephemeral",
                "volumeClaimTemplate",
                "spec",
                "resources",
                "requests",
                "storage");
        String database = manifests.variant().has(Variant.CLOUDNATIVE_PG)
                ? manifests.the("Cluster", "postgres").text("spec", "storage", "size")
                : Tree.text(
                        manifests.the("StatefulSet", "postgres").list("spec", "volumeClaimTemplates"),
                        0,
                        "spec",
                        "resources",
                        "requests",
                        "storage");
        findings.that(
                !room.isEmpty() && !database.isEmpty() && Quantity.of(room) >= Quantity.of(database),
                "'" + room + "' for a database of '" + database + "'");
    }

    private static void storageCheck(Manifests manifests, Findings findings) {
        findings.equal("suspended", job(manifests, "storage-check").at("spec", "suspend"), true);
        spec(manifests, "storage-check", "backoffLimit", 0, findings);
        spec(manifests, "storage-check", "activeDeadlineSeconds", 1800, findings);
        spec(manifests, "storage-check", "ttlSecondsAfterFinished", 86400, findings);
        findings.equal("restarts", Tree.text(manifests.pod("storage-check").spec(), "restartPolicy"), "Never");
    }
}
