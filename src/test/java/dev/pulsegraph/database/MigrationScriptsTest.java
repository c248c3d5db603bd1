package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationScriptsTest {
    @Test
    void scripts_are_found_in_a_jar_wherever_it_lies(@TempDir Path directory) throws IOException {
        for (String place : new String[] {"plain", "a fresh copy", "50% größer + more"}) {
            Path jar = Files.createDirectory(directory.resolve(place)).resolve("pulsegraph.jar");
            try (var files = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
                Path folder = Files.createDirectory(files.getPath("migrations"));
                Files.createFile(folder.resolve("V001__first.sql"));
                Files.createFile(folder.resolve("V002__second.sql"));
                Files.createFile(folder.resolve("afterMigrate.sql"));
            }
            assertThat(MigrationScripts.read(URI.create("jar:" + jar.toUri() + "!/migrations")))
                    .as(place)
                    .containsExactly("001", "002");
        }
    }
}
