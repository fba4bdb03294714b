package dev.reliability.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A README, as its blocks of code and what stands between them. */
record Readme(String name, String text) {
    static final String ENGLISH = "README.md";
    static final String CHINESE = "README.zh-CN.md";

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```([a-z]*)\n(.*?)^```$");
    private static final Pattern INLINE = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)\\)");

    /** @param language what the fence names: sh, json, java, xml; empty for other output */
    record Block(String language, String text) {
        boolean isOutput() {
            return language.isEmpty() || language.equals("json");
        }
    }

    static Readme of(String name) {
        try {
            return new Readme(name, Files.readString(LocalBackend.ROOT.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Block> blocks() {
        return blocksOf(text);
    }

    /** The blocks of the section whose commands are to be tried one after the other. */
    List<Block> firstFiveMinutes() {
        return Stream.of(text.split("(?m)^## "))
                .filter(section -> section.contains(". .local/run.env\n"))
                .flatMap(section -> blocksOf(section).stream())
                .toList();
    }

    /** All blocks of a language. */
    List<String> blocks(String language) {
        return blocks().stream()
                .filter(block -> block.language().equals(language))
                .map(Block::text)
                .toList();
    }

    /** What stands in backquotes in the text, where a line's end is a space. */
    Set<String> inlineCode() {
        return found(INLINE);
    }

    /** The files that it names. */
    Set<String> links() {
        return found(LINK);
    }

    private Set<String> found(Pattern pattern) {
        return pattern.matcher(BLOCK.matcher(text).replaceAll(""))
                .results()
                .map(match -> match.group(1).replace("\\|", "|").replaceAll("\\s+", " "))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Block> blocksOf(String markdown) {
        return BLOCK.matcher(markdown)
                .results()
                .map(match -> new Block(match.group(1), match.group(2)))
                .toList();
    }

    @Override
    public String toString() {
        return name;
    }
}
