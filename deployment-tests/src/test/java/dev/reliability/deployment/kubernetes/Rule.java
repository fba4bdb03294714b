package dev.reliability.deployment.kubernetes;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * One thing that must hold of the manifests.
 *
 * @param name what it demands
 * @param variants those that it is about
 */
record Rule(String name, List<Variant> variants, BiConsumer<Manifests, Findings> check) {
    /** One about all variants. */
    static Rule always(String name, BiConsumer<Manifests, Findings> check) {
        return new Rule(name, List.of(Variant.values()), check);
    }

    static List<Rule> all() {
        return Stream.of(
                        SecurityRules.all(),
                        ReferenceRules.all(),
                        SettingsRules.all(),
                        BackendRules.all(),
                        ScalingRules.all(),
                        DatabaseRules.all(),
                        StoreRules.all(),
                        JobRules.all(),
                        NetworkRules.all(),
                        EntryRules.all())
                .flatMap(List::stream)
                .toList();
    }

    /** What is wrong; empty if it holds. */
    List<String> complaints(Manifests manifests) {
        Findings findings = new Findings();
        check.accept(manifests, findings);
        return findings.all();
    }

    @Override
    public String toString() {
        return name;
    }
}
