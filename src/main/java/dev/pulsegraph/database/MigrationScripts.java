package dev.pulsegraph.database;

import io.micronaut.core.util.SupplierUtil;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The migrations that this program brings along. */
public final class MigrationScripts {
    private static final String FOLDER = "migrations";
    private static final Pattern NAME = Pattern.compile("V(\\d+)__.*\\.sql");
    private static final Supplier<SortedSet<String>> VERSIONS = SupplierUtil.memoized(MigrationScripts::read);

    private MigrationScripts() {}

    /** Their versions, such as {@code 004}. */
    public static SortedSet<String> versions() {
        return new TreeSet<>(VERSIONS.get());
    }

    private static SortedSet<String> read() {
        try {
            return read(Objects.requireNonNull(
                            MigrationScripts.class.getClassLoader().getResource(FOLDER), FOLDER)
                    .toURI());
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("The migrations cannot be read: " + e.getMessage(), e);
        }
    }

    /** @param folder in a file system, or inside a jar */
    static SortedSet<String> read(URI folder) throws IOException {
        if (!"jar".equals(folder.getScheme())) {
            return read(Path.of(folder));
        }
        // Raw, or a blank in the name of a folder would end the address of the jar.
        String inside = folder.getRawSchemeSpecificPart();
        Path jar = Path.of(URI.create(inside.substring(0, inside.indexOf("!/"))));
        try (FileSystem files = FileSystems.newFileSystem(jar)) {
            return read(files.getPath(FOLDER));
        }
    }

    private static SortedSet<String> read(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> NAME.matcher(String.valueOf(file.getFileName())))
                    .filter(Matcher::matches)
                    .map(name -> name.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
