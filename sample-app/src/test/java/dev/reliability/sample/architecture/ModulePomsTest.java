package dev.reliability.sample.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The table of modules, held against their build files. */
class ModulePomsTest {
    static final List<Module> MODULES = Module.LIBRARIES;

    private record Dependency(String artifact, String scope, boolean optional) {
        boolean isForced() {
            return !optional && !scope.equals("provided");
        }
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void a_module_declares_what_its_row_of_the_table_allows_and_forces_nothing_else_on_users(Module module)
            throws Exception {
        for (Dependency dependency : dependencies(module)) {
            Set<String> allowed = new HashSet<>(module.required());
            if (!dependency.isForced()) {
                allowed.addAll(module.optional());
            }
            assertThat(allowed).as("%s declares %s", module.name(), dependency).contains(dependency.artifact());
        }
    }

    @Test
    void every_library_that_is_built_has_a_row() throws Exception {
        Set<String> built = new TreeSet<>();
        for (Element module : children(root(Path.of("..", "pom.xml")), "modules", "module")) {
            built.add(module.getTextContent());
        }
        built.removeIf(name -> !name.startsWith("reliability-"));

        assertThat(MODULES.stream().map(Module::name)).containsExactlyInAnyOrderElementsOf(built);
    }

    private static List<Dependency> dependencies(Module module) throws Exception {
        List<Dependency> found = new ArrayList<>();
        for (Element one : children(root(Path.of("..", module.name(), "pom.xml")), "dependencies", "dependency")) {
            Dependency dependency = new Dependency(
                    text(one, "artifactId"),
                    text(one, "scope"),
                    text(one, "optional").equals("true"));
            if (!dependency.scope().equals("test")) {
                found.add(dependency);
            }
        }
        return found;
    }

    private static Element root(Path pom) throws Exception {
        Document document =
                DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(pom.toFile());
        return document.getDocumentElement();
    }

    private static List<Element> children(Element parent, String list, String name) {
        return elements(parent, list).stream()
                .flatMap(found -> elements(found, name).stream())
                .toList();
    }

    private static List<Element> elements(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    private static String text(Element parent, String name) {
        return elements(parent, name).stream()
                .map(Element::getTextContent)
                .findFirst()
                .orElse("");
    }
}
