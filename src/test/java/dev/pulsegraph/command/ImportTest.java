package dev.pulsegraph.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.bulk.ValuesTarget;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command against the server of the tests. */
@MicronautTest(transactional = false)
@Property(name = "test.bulk", value = "true")
class ImportTest {
    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    ValuesTarget values;

    @TempDir
    Path directory;

    private Fixtures.Team team;

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
    }

    @Test
    void a_file_is_sent_in_parts_and_summed_up() throws IOException {
        String lines = IntStream.range(0, 25_000)
                .mapToObj(i -> "{\"key\": \"k" + i + "\"}\n")
                .collect(Collectors.joining());
        Ran ran = run(file("many.ndjson", lines));
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out())
                .startsWith("25,000 written, 0 unchanged, 0 rejected, in ")
                .contains("lines/s");
        assertThat(stored()).hasSize(25_000);
        assertThat(run(file("many.ndjson", lines)).out()).startsWith("0 written, 25,000 unchanged");
    }

    @Test
    void csv_gets_its_header_in_every_part_and_numbers_lines_as_the_file_does() throws IOException {
        var csv = new StringBuilder("\uFEFFvalue,key\r\n");
        IntStream.range(0, 11_000)
                .forEach(i -> csv.append("\"two\nlines\",k").append(i).append("\r\n"));
        csv.append("too,many,fields\n1,refused\n");
        Path rejects = directory.resolve("rejects.ndjson");
        Ran ran = run(file("many.csv", csv.toString()), "--rejects", rejects.toString());
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(1);
        assertThat(ran.out()).startsWith("11,000 written, 0 unchanged, 2 rejected");
        assertThat(ran.err()).contains("line 22002: The line has 3 fields", "line 22003: key: refused.");
        assertThat(Files.readAllLines(rejects))
                .hasSize(2)
                .last()
                .isEqualTo("{\"line\":22003,\"code\":\"BAD_KEY\",\"reason\":\"key: refused.\"}");
        assertThat(stored()).hasSize(11_000).containsEntry("k10999", "two\nlines");
    }

    @Test
    void lines_may_end_with_a_carriage_return_alone() throws IOException {
        Ran ran = run(file("old.csv", "key,value\ra,1\rb,2\rrefused,3\r"));
        assertThat(ran.out()).startsWith("2 written, 0 unchanged, 1 rejected");
        assertThat(ran.err()).contains("line 4: key: refused.");
        assertThat(stored()).containsOnlyKeys("a", "b");
    }

    @Test
    void a_file_without_data_is_told() throws IOException {
        for (String text : List.of("key,value\n", "key,value", "")) {
            Ran ran = run(file("empty.csv", text));
            assertThat(ran.exitCode()).as(text).isEqualTo(1);
            assertThat(ran.err()).as(text).contains("The file contains no data.");
        }
    }

    @Test
    void a_line_that_is_too_long_is_left_out_and_told() throws IOException {
        String lines = "{\"key\": \"a\"}\n{\"key\": \"" + "x".repeat(70_000) + "\"}\n{\"key\": \"refused\"}\n";
        Ran ran = run(file("long.jsonl", lines));
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("line 2: The line is longer than 64 KB", "line 3: key: refused.");
        assertThat(stored()).containsOnlyKeys("a");
    }

    @Test
    void a_compressed_file_is_read_and_a_format_may_be_named() throws IOException {
        Path file = directory.resolve("some.txt.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("key\na\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        assertThat(run(file).exitCode()).isEqualTo(2);
        assertThat(run(file).err()).contains("--format");
        assertThat(run(file, "--format", "csv").exitCode()).isZero();
        assertThat(stored()).containsOnlyKeys("a");
    }

    @Test
    void a_file_that_is_not_compressed_as_it_says_is_told_in_a_sentence() throws IOException {
        Ran ran = run(file("plain.csv.gz", "key\na\n"));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("cannot be read").doesNotContain("\tat ");
    }

    @Test
    void an_import_goes_on_from_a_line() throws IOException {
        Path file = file("some.csv", "key\na\nb\nc\nd,d\n");
        Ran ran = run(file, "--from-line", "3");
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).startsWith("2 written");
        assertThat(ran.err()).contains("line 5:");
        assertThat(stored()).containsOnlyKeys("b", "c");
    }

    @Test
    void a_refusal_is_told_with_where_to_go_on() throws IOException {
        Path file = file("some.ndjson", "{\"key\": \"a\"}\n");
        Ran unknown = run(List.of("import", "test-nothing", file.toString(), "--organization", team.slug()));
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("There is nothing at this address", "--from-line 1");
        Ran header = run(file("bad.csv", "colour\n"));
        assertThat(header.exitCode()).isEqualTo(2);
        assertThat(header.err()).contains("`colour`");
        Ran missing = run(directory.resolve("missing.csv"));
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err()).contains("There is no file");
    }

    @Test
    void what_breaks_later_is_safe_up_to_a_line() throws IOException {
        String lines = "{}\n".repeat(12_000) + "{\"title\": \"the database is gone\"}\n";
        Ran ran = run(
                List.of("import", "test-posts", file("some.ndjson", lines).toString(), "--organization", team.slug()));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).contains("10,000 rejected");
        assertThat(ran.err()).contains("The database cannot be reached", "resume with --from-line 10001");
    }

    @Test
    void a_server_that_is_not_there_is_told_in_a_sentence() throws IOException {
        Path file = file("some.ndjson", "{\"key\": \"a\"}\n");
        Ran ran = run(List.of("import", "test-values", file.toString(), "--url", "http://127.0.0.1:1"));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("127.0.0.1:1 failed").doesNotContain("Exception");
    }

    @Test
    void a_key_needs_no_organization() throws IOException {
        Path file = file("some.ndjson", "{\"key\": \"a\"}\n");
        var err = new StringWriter();
        int exitCode = new CommandLine(new ImportCommand())
                .setErr(new PrintWriter(err))
                .setOut(new PrintWriter(new StringWriter()))
                .execute(
                        "test-values",
                        file.toString(),
                        "--url",
                        api.uri("/").toString(),
                        "--key",
                        team.apiKey("WRITE"));
        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(stored()).containsOnlyKeys("a");
    }

    private Map<String, String> stored() {
        return values.of(UUID.fromString(superuser.text("select id from organizations where slug = ?", team.slug())));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    private Ran run(Path file, String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("import", "test-values", file.toString(), "--organization", team.slug()));
        arguments.addAll(List.of(options));
        return run(arguments);
    }

    private Ran run(List<String> command) {
        List<String> arguments = new ArrayList<>(command);
        if (!arguments.contains("--url")) {
            arguments.addAll(List.of("--url", api.uri("/").toString()));
        }
        arguments.addAll(List.of("--token", api.token(team.owner(), false)));
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = new CommandLine(new PulsegraphCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
        return new Ran(exitCode, out.toString(), err.toString());
    }

    private record Ran(int exitCode, String out, String err) {}
}
