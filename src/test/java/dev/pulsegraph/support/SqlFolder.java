package dev.pulsegraph.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A folder of the resources of tests to which each feature adds a file of SQL. */
public final class SqlFolder {
    private SqlFolder() {}

    /** The texts of the files, in the order of their names. */
    public static List<String> texts(String folder) {
        try {
            Path path = Path.of(Objects.requireNonNull(SqlFolder.class.getResource("/" + folder), folder)
                    .toURI());
            try (Stream<Path> files = Files.list(path)) {
                return files.sorted().map(SqlFolder::text).toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
