package dev.reliability.backup.verify;

import dev.reliability.backup.manifest.Manifest;
import dev.reliability.backup.manifest.ManifestCodec;
import dev.reliability.backup.manifest.SigningKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Repositories in the resources, each a zip, with what is wrong with them in {@code findings.txt}: a line a finding,
 * {@code <name> <kind> <path>}. They stay as an older version wrote them; {@link GoldenRepositoriesTest} reads them all.
 */
final class GoldenRepositories {
    static final String GOOD = "good-format-1";
    static final String GOOD_ENCRYPTED = "good-encrypted-format-1";
    static final String FINDINGS = "findings.txt";

    private GoldenRepositories() {}

    /** Damages a repository, and tells what is to be found then: a kind and a path. */
    @FunctionalInterface
    interface Vandal {
        List<String> damage(SmallRepository repository) throws IOException;
    }

    /** Who makes the damaged ones of a good one, by the name of the damage. */
    static Map<String, Vandal> vandals() {
        Map<String, Vandal> vandals = new LinkedHashMap<>();
        vandals.put("flipped-dump", repository -> {
            Path dump = repository.file("full/.*/database.sql.gz");
            Damage.flip(dump, Files.readAllBytes(dump), 100, 3);
            return List.of("damaged " + repository.key(dump));
        });
        vandals.put("cut-refs", repository -> {
            Path refs = repository.file("full/.*/refs.gz");
            byte[] bytes = Files.readAllBytes(refs);
            Damage.cut(refs, bytes, bytes.length - 1);
            return List.of("damaged " + repository.key(refs));
        });
        vandals.put("missing-blob", repository -> {
            Path blob = repository.file("blobs/.*");
            Damage.delete(blob);
            return List.of("missing " + repository.key(blob));
        });
        vandals.put("swapped-blobs", repository -> {
            List<Path> blobs = repository.files("blobs/.*");
            Damage.swap(blobs.get(0), blobs.get(1));
            return List.of("damaged " + repository.key(blobs.get(0)), "damaged " + repository.key(blobs.get(1)));
        });
        vandals.put("foreign-file", repository -> {
            Files.writeString(repository.folder().resolve("full/notes.txt"), "mine");
            return List.of("foreign full/notes.txt");
        });
        vandals.put("manifest-changed", repository -> {
            Path manifest = repository.file("full/.*/manifest.json");
            Files.writeString(manifest, Files.readString(manifest).replace("\"alice\"", "\"mallory\""));
            return List.of("damaged " + repository.key(manifest));
        });
        vandals.put("manifest-by-a-stranger", repository -> {
            Path manifest = repository.file("full/.*/manifest.json");
            SigningKeys ours = SigningKeys.of(List.of(SmallRepository.KEY));
            SigningKeys theirs = SigningKeys.of(List.of("a key of somebody else, 32 bytes or more"));
            Manifest read = Objects.requireNonNull(
                    new ManifestCodec(ours).read(Files.readAllBytes(manifest)).manifestOrNull());
            Files.write(manifest, new ManifestCodec(theirs).write(read));
            return List.of("untrusted " + repository.key(manifest));
        });
        vandals.put("manifest-missing", repository -> {
            Path manifest = repository.file("full/.*/manifest.json");
            Damage.delete(manifest);
            return List.of("missing " + repository.key(manifest));
        });
        vandals.put("unknown-format", repository -> {
            Path manifest = repository.file("full/.*/manifest.json");
            Files.writeString(manifest, Files.readString(manifest).replace("\"format\": 1,", "\"format\": 9,"));
            return List.of("unknown_format " + repository.key(manifest));
        });
        vandals.put("fact-changed", repository -> {
            Path fact = repository.file(".repository/facts/.*");
            Files.writeString(fact, Files.readString(fact).replace("\"alice\"", "\"mallory\""));
            return List.of("damaged " + repository.key(fact));
        });
        vandals.put("fact-missing", repository -> {
            Path first = repository.file(".repository/facts/.*");
            Damage.delete(first);
            return List.of("missing " + repository.key(first), "missing " + repository.key(first.getParent()) + "/");
        });
        vandals.put("claim-missing", repository -> {
            Path claim = repository.file(".repository/ids/.*");
            Damage.delete(claim);
            return List.of("missing " + repository.key(claim));
        });
        return vandals;
    }

    /** The names of all. */
    static Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(resources())) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".zip"))
                    .map(name -> name.substring(0, name.length() - ".zip".length()))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    /** Puts one into a folder. */
    static SmallRepository unpack(String name, Path folder) throws IOException {
        return unpack(resources().resolve(name + ".zip"), folder);
    }

    static SmallRepository unpack(Path file, Path folder) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = folder.resolve(entry.getName());
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.copy((InputStream) zip, target);
            }
        }
        return new SmallRepository(folder);
    }

    static void pack(SmallRepository repository, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
            for (Path each : repository.files()) {
                ZipEntry entry = new ZipEntry(repository.key(each));
                entry.setTime(0);
                zip.putNextEntry(entry);
                zip.write(Files.readAllBytes(each));
                zip.closeEntry();
            }
        }
    }

    /** What is to be found in one: kinds and paths. */
    static TreeSet<String> expected(String name) {
        try (Stream<String> lines = Files.lines(resources().resolve(FINDINGS))) {
            TreeSet<String> expected = new TreeSet<>();
            lines.filter(line -> line.startsWith(name + " "))
                    .forEach(line -> expected.add(line.substring(name.length() + 1)));
            return expected;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path resources() {
        URL golden = Objects.requireNonNull(GoldenRepositories.class.getResource("/golden/" + FINDINGS));
        try {
            return Objects.requireNonNull(Path.of(golden.toURI()).getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
