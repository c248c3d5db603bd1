package dev.pulsegraph.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** The tests run where the environment says they run. */
@MicronautTest(transactional = false)
class TestServerTest {
    private static final String VECTOR = "select extnamespace::regnamespace from pg_extension where extname = 'vector'";

    @Inject
    Superuser superuser;

    @Test
    void pgvector_is_there_in_its_world_and_not_in_the_other() {
        String[] expected = TestServer.hasVector() ? new String[] {"public"} : new String[0];
        assertThat(superuser.texts(VECTOR)).containsExactly(expected);
        try (var database = TestDatabase.empty()) {
            assertThat(database.texts(VECTOR)).containsExactly(expected);
        }
    }

    @Test
    void both_worlds_are_of_the_same_version_and_manner() {
        assertThat(superuser.text("show server_version")).startsWith("17.");
        assertThat(superuser.text("""
                select concat_ws(' ', datlocprovider, datlocale, datcollate, pg_encoding_to_char(encoding),
                  current_setting('password_encryption'))
                from pg_database where datname = current_database()""")).isEqualTo("b C.UTF-8 C UTF8 scram-sha-256");
    }
}
