package dev.pulsegraph.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Concurrently;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSecretTest {
    @TempDir
    Path directory;

    @Test
    void it_is_made_once_and_the_same_ever_after() {
        Path file = directory.resolve("new/secret");
        assertThat(LocalSecret.find(file)).isEmpty();
        String made = LocalSecret.findOrCreate(file);
        assertThat(made).matches("[A-Za-z0-9_-]{64}");
        assertThat(LocalSecret.findOrCreate(file)).isEqualTo(made);
        assertThat(LocalSecret.find(file)).contains(made);
        assertThat(LocalSecret.findOrCreate(directory.resolve("other"))).isNotEqualTo(made);
    }

    @Test
    void only_its_owner_may_read_it() throws IOException {
        Path file = directory.resolve("secret");
        LocalSecret.findOrCreate(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void racing_creators_and_readers_agree_and_leave_nothing_else_behind() throws IOException {
        for (int round = 0; round < 50; round++) {
            Path file = directory.resolve("race-" + round);
            Callable<String> create = () -> LocalSecret.findOrCreate(file);
            Callable<String> read = () -> {
                while (!Files.exists(file)) {
                    Thread.onSpinWait();
                }
                return LocalSecret.find(file).orElseThrow();
            };
            List<String> seen = Concurrently.call(Stream.concat(
                    IntStream.range(0, 4).mapToObj(i -> create),
                    IntStream.range(0, 2).mapToObj(i -> read)));
            assertThat(seen).containsOnly(seen.getFirst());
            assertThat(seen.getFirst()).hasSize(64);
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(50);
        }
    }
}
