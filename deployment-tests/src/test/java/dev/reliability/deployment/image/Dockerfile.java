package dev.reliability.deployment.image;

import dev.reliability.deployment.Project;
import java.util.ArrayList;
import java.util.List;

/** The instructions of the Dockerfile, by stage. */
final class Dockerfile {
    /** One instruction, its continued lines joined. */
    record Instruction(String name, String arguments) {}

    /** What stands between two FROM, by the name behind AS; the last one, the image itself, has none. */
    record Stage(String name, String from, List<Instruction> instructions) {
        /** The arguments of all instructions of this name, in their order. */
        List<String> all(String instruction) {
            return instructions.stream()
                    .filter(each -> each.name().equals(instruction))
                    .map(Instruction::arguments)
                    .toList();
        }
    }

    private final List<Instruction> global = new ArrayList<>();
    private final List<Stage> stages = new ArrayList<>();

    private Dockerfile() {}

    static Dockerfile read() {
        Dockerfile file = new Dockerfile();
        StringBuilder open = new StringBuilder();
        for (String line : Project.text("Dockerfile").lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.endsWith("\\")) {
                open.append(line, 0, line.length() - 1);
                continue;
            }
            file.add(open.append(line).toString().strip().replaceAll("\\s+", " "));
            open.setLength(0);
        }
        return file;
    }

    private void add(String text) {
        int blank = text.indexOf(' ');
        Instruction instruction = new Instruction(text.substring(0, blank), text.substring(blank + 1));
        if (instruction.name().equals("FROM")) {
            String[] words = instruction.arguments().split(" ");
            stages.add(new Stage(words.length == 3 ? words[2] : "", words[0], new ArrayList<>()));
        } else if (stages.isEmpty()) {
            global.add(instruction);
        } else {
            stages.get(stages.size() - 1).instructions().add(instruction);
        }
    }

    /** What stands before the first stage. */
    List<Instruction> global() {
        return global;
    }

    List<Stage> stages() {
        return stages;
    }

    Stage stage(String name) {
        return stages.stream()
                .filter(stage -> stage.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no stage " + name));
    }

    /** The image itself: the last stage with those that it is made on. */
    Stage image() {
        Stage last = stages.get(stages.size() - 1);
        List<Instruction> instructions = new ArrayList<>();
        for (Stage stage : stages) {
            if (stage.name().equals(last.from())) {
                instructions.addAll(stage.instructions());
            }
        }
        instructions.addAll(last.instructions());
        return new Stage("", stage(last.from()).from(), instructions);
    }
}
