package dev.pulsegraph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.EmbeddedPostgresServer;
import dev.pulsegraph.support.ClassPath;
import dev.pulsegraph.support.Documentation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Follows the README, and what is in docs/, to the letter as somebody would who has just got the product: every block of
 * commands in its order, in one shell, in an empty folder. Only addresses, names of accounts and ellipses are replaced.
 */
@DisabledIf(
        value = "dev.pulsegraph.support.TestServer#hasVector",
        disabledReason = "an embedded server of its own, as in the other world")
class DocumentedCommandsTest {
    private static final Pattern BLOCK = Pattern.compile("```(sh|sql)\\n(.*?)```", Pattern.DOTALL);
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    private final int port = freePort();
    private @Nullable EmbeddedPostgresServer postgres;
    private @Nullable Process server;

    @BeforeEach
    void prepare() throws IOException {
        script("pulsegraph", """
                export PULSEGRAPH_DATABASE_DATA_DIRECTORY='%s/data' MICRONAUT_SERVER_PORT=%d
                exec '%s/bin/java' -XX:TieredStopAtLevel=1 -Xmx512m -cp '%s' dev.pulsegraph.Application "$@"
                """.formatted(directory, port, System.getProperty("java.home"), ClassPath.ofTests()));
        Files.createDirectory(directory.resolve("bin"));
        // There is no Docker engine where tests run; ComposeTest reads what it would be given.
        script("bin/docker", "echo \"docker $*\" >>'%s/docker.log'".formatted(directory));
        script("bin/mvn", "echo \"mvn $*\"");
        script("bin/curl", "PATH=${PATH#*:} exec curl --fail-with-body --max-time 60 \"$@\"");
    }

    @AfterEach
    void stop() throws InterruptedException {
        stopServer();
        EmbeddedPostgresServer running = postgres;
        if (running != null) {
            running.close();
        }
    }

    @Test
    void every_block_of_commands_works_in_the_order_of_the_page() throws Exception {
        List<String> ran = new ArrayList<>();
        for (Path page : Documentation.pages()) {
            var blocks = BLOCK.matcher(Documentation.read(page)).results().toList();
            if (!blocks.isEmpty()) {
                startAnew();
            }
            for (var block : blocks) {
                String commands = here(block.group(2));
                if (block.group(1).equals("sql")) {
                    runSql(commands);
                } else if (endsInServer(commands)) {
                    serve(commands);
                } else {
                    if (commands.contains("pulsegraph restore")) {
                        stopServer();
                    }
                    ran.add(run(commands));
                }
            }
        }
        assertThat(ran)
                .hasSizeGreaterThanOrEqualTo(7)
                .allSatisfy(output -> assertThat(output).doesNotContain("\"errors\"", "Exception", "\"rejected\":[{"));
        assertThat(String.join("\n", ran))
                .contains("\"viewerRole\":\"VIEWER\"", "\"accepted\":1", "700 posts, ")
                .containsPattern("\"written\":2\\b");
        assertThat(Files.readString(directory.resolve("docker.log")))
                .contains("docker compose up --detach --wait", "docker compose run --rm pulsegraph demo load");
        assertThat(Files.readAllLines(directory.resolve(".env")))
                .hasSize(4)
                .allMatch(line -> line.matches("[A-Z_]+=[0-9a-f]{64}"));
    }

    /** With the embedded database and the key made there, whatever another page exported. */
    private void startAnew() throws IOException, InterruptedException {
        Path exported = directory.resolve("exported");
        if (Files.exists(exported)) {
            Files.write(
                    exported,
                    Files.readAllLines(exported).stream()
                            .filter(line -> !line.matches(".* (DATASOURCES|PULSEGRAPH_DATABASE|PULSEGRAPH_JWT)_.*"))
                            .toList());
            serve("./pulsegraph");
        }
    }

    private static boolean endsInServer(String commands) {
        return commands.strip()
                .lines()
                .reduce((first, last) -> last)
                .orElseThrow()
                .equals("./pulsegraph");
    }

    private String here(String commands) {
        URI url = URI.create(own().url("readme").substring("jdbc:".length()));
        return commands.replace("http://localhost:8080", "http://localhost:" + port)
                .replace("https://pulsegraph.example", "http://localhost:" + port)
                .replace("db.example:5432/pulsegraph", url.getAuthority() + "/readme")
                .replace("create database pulsegraph ", "create database readme ")
                .replace("pulsegraph_owner", "readme_owner")
                .replace("pulsegraph_login", "readme_login")
                .replace("…", "a secret of 32 characters or more".replace(' ', '-'));
    }

    /** A PostgreSQL as somebody brings it: nothing of the product was ever in it, its roles neither. */
    private EmbeddedPostgresServer own() {
        EmbeddedPostgresServer running = postgres;
        if (running == null) {
            running = EmbeddedPostgresServer.start(directory.resolve("own"), false);
            postgres = running;
        }
        return running;
    }

    private void runSql(String statements) {
        for (String statement : statements.split(";\\s*")) {
            if (!statement.isBlank()) {
                own().executeAsSuperuser("postgres", statement);
            }
        }
    }

    /** Runs a block whose last line is the server, and waits until it answers; the one before it ends. */
    private void serve(String commands) throws IOException, InterruptedException {
        stopServer();
        Path output = Files.createTempFile(directory, "server", ".log");
        Process started = bash(commands.replaceFirst("\\./pulsegraph\\s*$", "exec ./pulsegraph"), output);
        server = started;
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!Files.readString(output).contains("is up after")) {
            assertThat(started.isAlive()).as(Files.readString(output)).isTrue();
            assertThat(System.nanoTime()).as(Files.readString(output)).isLessThan(deadline);
            started.waitFor(Duration.ofMillis(100));
        }
    }

    private String run(String commands) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "block", ".log");
        // What is exported stays for the blocks that follow.
        Process process = bash(commands + "\nexport -p >'" + directory + "/exported'\n", output);
        assertThat(process.waitFor(TIMEOUT)).as("in time: %s", commands).isTrue();
        String printed = Files.readString(output);
        assertThat(process.exitValue()).as("%s%nprinted %s", commands, printed).isZero();
        return printed;
    }

    private Process bash(String commands, Path output) throws IOException {
        String script = "set -euo pipefail\n[ ! -f exported ] || . ./exported\n" + commands;
        var builder = new ProcessBuilder("bash", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(PULSEGRAPH|DATASOURCES|MICRONAUT)_.*"));
        builder.environment().merge("PATH", directory.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        return builder.start();
    }

    private void stopServer() throws InterruptedException {
        Process running = server;
        if (running != null) {
            running.destroy();
            if (!running.waitFor(Duration.ofSeconds(60))) {
                running.destroyForcibly().waitFor();
            }
            server = null;
        }
    }

    private void script(String name, String commands) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, "#!/bin/bash\n" + commands + "\n", StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
