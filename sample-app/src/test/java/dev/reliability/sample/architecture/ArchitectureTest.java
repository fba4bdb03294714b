package dev.reliability.sample.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of modules and the rules of the house, held against the compiled code of all modules. */
class ArchitectureTest {
    private static final String HOUSE = "dev.reliability";
    private static final String TRESPASS = "dev.reliability.sample.architecture.trespass";

    static final List<Module> MODULES = Module.LIBRARIES;
    private static JavaClasses house;
    private static JavaClasses trespasser;

    @BeforeAll
    static void read() {
        house = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages(HOUSE);
        trespasser = new ClassFileImporter().importPackages(TRESPASS);
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void a_module_uses_only_what_its_row_of_the_table_allows(Module module) {
        assertThat(house.stream().filter(one -> one.getPackageName().startsWith(module.root())))
                .as("classes of %s", module.name())
                .isNotEmpty();
        Rules.dependsOnlyOn(module.root(), module.packages()).check(house);
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void a_modules_classes_are_in_its_own_package(Module module) {
        Stream<JavaClass> ofModule = house.stream()
                .filter(one -> one.getSource()
                        .map(source -> source.getUri().toString().contains("/" + module.name() + "/"))
                        .orElse(false));

        assertThat(ofModule).isNotEmpty().allMatch(one -> one.getPackageName().startsWith(module.root()));
    }

    @Test
    void time_comes_from_the_time_source() {
        Rules.takesTimeFromTimeSource(HOUSE).check(house);
    }

    @Test
    void nobody_prints() {
        Rules.doesNotPrint(HOUSE).check(house);
    }

    @Test
    void the_rooms_of_the_sample_do_not_use_each_other_in_a_circle() {
        Rules.hasNoCircles(HOUSE + ".sample").check(house);
    }

    static Stream<ArchRule> rules() {
        return Stream.of(
                Rules.dependsOnlyOn(TRESPASS, List.of("dev.reliability.core")),
                Rules.takesTimeFromTimeSource(TRESPASS),
                Rules.doesNotPrint(TRESPASS),
                Rules.hasNoCircles(TRESPASS));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void who_breaks_a_rule_is_found(ArchRule rule) {
        assertThat(rule.evaluate(trespasser).hasViolation())
                .as(rule.getDescription())
                .isTrue();
    }
}
