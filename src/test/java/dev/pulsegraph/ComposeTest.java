package dev.pulsegraph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.PostgresServer;
import dev.pulsegraph.support.Documentation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What can be known of compose.yaml and the Dockerfile without an engine that runs them. */
class ComposeTest {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+):\\?[^}]+}");

    private final Map<String, Object> compose =
            new Yaml(new SafeConstructor(new LoaderOptions())).load(read("compose.yaml"));

    @Test
    void no_secret_is_written_down_or_has_a_default() {
        for (String service : List.of("database", "pulsegraph")) {
            environment(service).forEach((name, value) -> {
                if (name.matches(".*(PASSWORD|SECRET|KEY|TOKEN).*")) {
                    assertThat(value).as(name).matches(VARIABLE);
                }
            });
        }
        assertThat(read(".gitignore")).contains("/.env\n");
    }

    @Test
    void the_documentation_tells_how_to_make_every_variable_there_must_be() {
        String documentation = Documentation.text();
        assertThat(VARIABLE.matcher(read("compose.yaml")).results().map(found -> found.group(1)))
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(name -> assertThat(documentation).contains(name));
    }

    @Test
    void the_product_is_told_of_the_accounts_that_are_made() {
        Map<String, String> environment = environment("pulsegraph");
        assertThat(environment)
                .containsEntry("DATASOURCES_DEFAULT_USERNAME", PostgresServer.LOGIN)
                .containsEntry("PULSEGRAPH_DATABASE_OWNER_USERNAME", PostgresServer.OWNER)
                .containsEntry(
                        "PULSEGRAPH_DATABASE_OWNER_PASSWORD",
                        environment("database").get("OWNER_PASSWORD"))
                .containsEntry("DATASOURCES_DEFAULT_URL", "jdbc:postgresql://database:5432/" + PostgresServer.DATABASE);
        assertThat(Documentation.text())
                .as("the settings are real")
                .contains(environment.keySet().stream()
                        .filter(name -> name.startsWith("PULSEGRAPH_"))
                        .toList());
        assertThat(at(compose, "configs", "owner-and-database", "content").toString())
                .containsSubsequence(
                        "create role " + PostgresServer.OWNER + " login createrole password :'password';",
                        "create database " + PostgresServer.DATABASE + " owner " + PostgresServer.OWNER + ";",
                        "\\connect " + PostgresServer.DATABASE,
                        "create extension vector;");
    }

    @Test
    void the_database_has_pgvector_and_keeps_its_data_and_the_product_waits_for_it() {
        assertThat(at(compose, "services", "database", "image").toString())
                .matches("pgvector/pgvector:0\\.8\\.\\d+-pg17");
        assertThat(at(compose, "services", "database", "volumes"))
                .isEqualTo(List.of("database:/var/lib/postgresql/data"));
        assertThat(compose.get("volumes"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsKey("database");
        assertThat(at(compose, "services", "database", "healthcheck", "test").toString())
                .contains("pg_isready");
        assertThat(at(compose, "services", "pulsegraph", "depends_on", "database", "condition"))
                .isEqualTo("service_healthy");
        assertThat(at(compose, "services", "pulsegraph", "ports").toString()).startsWith("[127.0.0.1:");
    }

    @Test
    void the_image_is_built_of_what_is_there_and_runs_as_nobody() {
        String dockerfile = read("Dockerfile");
        assertThat(dockerfile
                        .lines()
                        .filter(line -> line.startsWith("COPY ") && !line.contains("--from"))
                        .flatMap(line -> Stream.of(line.split(" ")).skip(1))
                        .filter(name -> !name.equals("./")))
                .isNotEmpty()
                .allSatisfy(name -> {
                    assertThat(Path.of(name)).exists();
                    assertThat(read(".dockerignore").lines()).contains("!" + name);
                });
        assertThat(dockerfile)
                .containsSubsequence("AS build", "FROM eclipse-temurin:25-jre", "USER 10001", "ENTRYPOINT");
    }

    private Map<String, String> environment(String service) {
        Map<String, String> environment = new TreeMap<>();
        ((Map<?, ?>) at(compose, "services", service, "environment"))
                .forEach((name, value) -> environment.put(name.toString(), value.toString()));
        return environment;
    }

    private static Object at(Map<?, ?> map, String... path) {
        Object value = map;
        for (String name : path) {
            value = Objects.requireNonNull(((Map<?, ?>) value).get(name), name);
        }
        return value;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
