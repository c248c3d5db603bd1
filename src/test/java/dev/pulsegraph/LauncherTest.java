package dev.pulsegraph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that a newcomer runs, with programs that write down how they were called in place of Java and Maven. */
class LauncherTest {
    private final Path directory;
    private final Path calls;
    private Path home;

    LauncherTest(@TempDir Path directory) throws IOException {
        this.directory = directory.toRealPath();
        this.calls = this.directory.resolve("calls");
        this.home = this.directory.resolve("a place");
    }

    @BeforeEach
    void install() throws IOException {
        program("jdk/bin/javac", "");
        program("jdk/bin/java", """
                if [ "$1" = -version ]; then echo 'openjdk version "25.0.1"' >&2; exit; fi
                echo "java $*" >>"$CALLS"
                for argument in "$@"; do
                    case $argument in -XX:AOTCacheOutput=*) echo cache >"${argument#*=}" ;; esac
                done
                """);
        program("bin/mvn", """
                echo "mvn $*" >>"$CALLS"
                mkdir -p target && echo jar >target/pulsegraph.jar
                """);
        Files.createDirectories(home.resolve("migrations"));
        Files.createDirectories(home.resolve("src/main"));
        Files.writeString(home.resolve("pom.xml"), "");
        Files.writeString(home.resolve("schema.graphqls"), "");
        Files.copy(Path.of("pulsegraph"), home.resolve("pulsegraph"));
        try (Stream<Path> sources = Files.walk(home)) {
            for (Path source : sources.toList()) {
                Files.setLastModifiedTime(source, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
            }
        }
    }

    @Test
    void the_first_build_compiles_no_tests() throws Exception {
        assertThat(run("--version"))
                .filteredOn(call -> call.startsWith("mvn"))
                .singleElement()
                .asString()
                .contains("-Dmaven.test.skip=true package");
        assertThat(run("--version")).noneMatch(call -> call.startsWith("mvn"));
    }

    @Test
    void only_a_server_waits_for_the_training_run() throws Exception {
        for (String command : List.of(
                "help",
                "--help",
                "-h",
                "--version",
                "-V",
                "token --user a@b.c",
                "serve --help",
                "migrate",
                "job list")) {
            assertThat(run(command.split(" ")))
                    .as(command)
                    .noneMatch(LauncherTest::trains)
                    .last()
                    .asString()
                    .endsWith(".jar " + command);
        }
        assertThat(run("-micronaut.server.port=9090")).anyMatch(LauncherTest::trains);
        assertThat(run("serve")).noneMatch(LauncherTest::trains);
        assertThat(run()).singleElement().asString().contains("-XX:AOTCache=" + home + "/target/pulsegraph.aot");
        assertThat(run("token", "--user", "a@b.c")).singleElement().asString().contains("-XX:AOTCache=" + home);
    }

    @Test
    void a_folder_that_was_moved_or_copied_makes_a_cache_of_its_own() throws Exception {
        run();
        Path first = home;
        home = directory.resolve("moved");
        Files.move(first, home);
        assertThat(run("token", "--user", "a@b.c"))
                .singleElement()
                .asString()
                .as("a cache made elsewhere is not used")
                .doesNotContain("AOTCache");
        List<String> moved = run();
        assertThat(moved).anyMatch(LauncherTest::trains);
        assertThat(moved.getLast()).contains("-XX:AOTCache=" + home + "/").doesNotContain(first.toString());
        assertThat(run()).noneMatch(LauncherTest::trains);

        Path original = home;
        home = directory.resolve("copied");
        assertThat(new ProcessBuilder("cp", "-a", original.toString(), home.toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(run()).anyMatch(LauncherTest::trains);
        home = original;
        assertThat(run()).noneMatch(LauncherTest::trains);
    }

    /** Every start has them, and the operator's own come later, where they win. */
    @Test
    void memory_has_bounds_and_a_server_without_any_left_ends() throws Exception {
        run("serve");
        for (String command : List.of("serve", "token --user a@b.c")) {
            assertThat(run(command.split(" ")).getLast())
                    .contains(
                            "-XX:+ExitOnOutOfMemoryError",
                            "-XX:MaxRAMPercentage=25",
                            "-XX:MaxDirectMemorySize=64m",
                            "-Dio.netty.maxDirectMemory=" + (64 << 20));
        }
        String dockerfile = Files.readString(Path.of("Dockerfile"));
        assertThat(dockerfile)
                .contains(
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:MaxRAMPercentage=50",
                        "-XX:MaxDirectMemorySize=64m",
                        "-Dio.netty.maxDirectMemory=" + (64 << 20))
                .containsSubsequence("-XX:MaxRAMPercentage=50", "${PULSEGRAPH_JAVA_OPTIONS:-} -jar");
    }

    /** The JVM takes them as they are meant, and later ones instead. */
    @Test
    void the_jvm_understands_the_options_of_the_launcher_and_of_the_image() throws Exception {
        Pattern flags = Pattern.compile("-(?:XX:[+A-Z]|Dio)[\\w.=+]+");
        for (String file : List.of("pulsegraph", "Dockerfile")) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString()));
            flags.matcher(Files.readString(Path.of(file)).replaceAll("AOT\\S+", ""))
                    .results()
                    .map(found -> found.group().replaceAll("[\")]+$", ""))
                    .filter(flag -> flag.length() > 4)
                    .forEach(command::add);
            command.addAll(List.of("-XX:MaxDirectMemorySize=96m", "-XX:+PrintFlagsFinal", "-version"));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            assertThat(output)
                    .containsPattern("ExitOnOutOfMemoryError\\s+= true")
                    .containsPattern("MaxRAMPercentage\\s+= " + (file.equals("Dockerfile") ? "50" : "25") + "\\.0")
                    .containsPattern("MaxDirectMemorySize\\s+= " + (96 << 20));
        }
    }

    private static boolean trains(String call) {
        return call.contains(" train ");
    }

    /** Answers which programs were called. */
    private List<String> run(String... arguments) throws IOException, InterruptedException {
        Files.deleteIfExists(calls);
        List<String> command =
                new ArrayList<>(List.of("sh", home.resolve("pulsegraph").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PULSEGRAPH_") || name.startsWith("JAVA"));
        builder.environment().put("JAVA_HOME", directory.resolve("jdk").toString());
        builder.environment().put("CALLS", calls.toString());
        builder.environment().merge("PATH", directory.resolve("bin").toString(), (path, ours) -> ours + ":" + path);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return Files.readAllLines(calls);
    }

    private void program(String name, String script) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
