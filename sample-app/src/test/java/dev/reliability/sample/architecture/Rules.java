package dev.reliability.sample.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.lang.ArchRule;
import dev.reliability.core.time.TimeSource;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rules of the house, each for a package and what is below it. */
final class Rules {
    private static final Set<String> CLOCK_CALLS = Set.of("nanoTime", "currentTimeMillis", "now", "systemUTC");

    private Rules() {}

    /** Classes use only their own module, the JDK, JSpecify and these packages. */
    static ArchRule dependsOnlyOn(String root, List<String> packages) {
        List<String> allowed = new ArrayList<>(List.of(root + "..", "java..", "javax..", "org.jspecify.."));
        packages.forEach(one -> allowed.add(one + ".."));
        // Arrays of primitive types are in no package.
        allowed.add("");
        return classes()
                .that(resideInAPackage(root + ".."))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(new String[0])));
    }

    /** Nobody asks the machine for the time but {@link TimeSource}'s own package. */
    static ArchRule takesTimeFromTimeSource(String root) {
        return noClasses()
                .that(resideInAPackage(root + ".."))
                .and()
                .resideOutsideOfPackage(TimeSource.class.getPackageName())
                .should()
                .callMethodWhere(DescribedPredicate.describe("asks a clock of the machine", Rules::asksAClock));
    }

    private static boolean asksAClock(JavaCall<?> call) {
        String owner = call.getTargetOwner().getName();
        String name = call.getName();
        boolean clock = owner.equals(System.class.getName())
                || owner.equals(Clock.class.getName())
                || owner.startsWith("java.time.");
        return clock
                && CLOCK_CALLS.contains(name)
                && call.getTarget().getRawParameterTypes().isEmpty();
    }

    /** Nobody prints but the entry point, which hands the streams on. */
    static ArchRule doesNotPrint(String root) {
        return noClasses()
                .that(resideInAPackage(root + ".."))
                .and()
                .doNotHaveFullyQualifiedName("dev.reliability.sample.Main")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace");
    }

    /** Packages side by side below this one do not use each other in a circle. */
    static ArchRule hasNoCircles(String root) {
        return slices().matching(root + ".(*)..").should().beFreeOfCycles();
    }
}
