package dev.pulsegraph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The product was ordered with these libraries: each is a dependency of its own, and does its work. */
class OrderedLibrariesTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "micronaut-graphql, micronaut-graphql, io.micronaut.configuration.graphql.GraphQLInvocation",
        "micronaut-data-jdbc, micronaut-data-jdbc, io.micronaut.data.jdbc.annotation.JdbcRepository",
        "micronaut-flyway, micronaut-flyway, io.micronaut.flyway.FlywayMigrator",
        "graphql-java, graphql-java, graphql.GraphQL",
        "PostgreSQL driver, postgresql, org.postgresql.Driver",
        "micronaut-test, micronaut-test-junit5, io.micronaut.test.extensions.junit5.annotation.MicronautTest"
    })
    void the_library_is_there_and_is_used(String library, String artifact, String type) throws IOException {
        assertThat(Files.readString(Path.of("pom.xml")))
                .as("%s is missing from pom.xml", library)
                .contains("<artifactId>" + artifact + "</artifactId>");
        assertThat(Thread.currentThread().getContextClassLoader().getResource(type.replace('.', '/') + ".class"))
                .as("%s is missing from the class path", library)
                .isNotNull();
        assertThat(Files.readString(Path.of("ARCHITECTURE.md")))
                .as("ARCHITECTURE.md does not say what %s does for us", library)
                .containsPattern("(?m)^\\| (the )?" + library + " \\|");
    }
}
