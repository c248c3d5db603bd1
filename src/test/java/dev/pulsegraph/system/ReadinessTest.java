package dev.pulsegraph.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.MigrationScripts;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** A server is ready when its database is as it knows it; it lives in any case. */
@MicronautTest(transactional = false)
class ReadinessTest {
    @Inject
    Api api;

    @Inject
    Superuser superuser;

    @Test
    void a_server_is_ready_when_every_migration_is_applied_and_no_other() {
        assertThat(health("readiness").status()).isEqualTo(200);
        assertThat(health("liveness").status()).isEqualTo(200);
    }

    @Test
    void it_is_not_while_migrations_are_pending() {
        String last = MigrationScripts.versions().last();
        superuser.execute("update flyway_schema_history set success = false where version = ?", last);
        try {
            down("pending: " + last);
        } finally {
            superuser.execute("update flyway_schema_history set success = true where version = ?", last);
        }
        assertThat(health("readiness").status()).isEqualTo(200);
    }

    @Test
    void it_is_not_when_the_database_is_newer() {
        superuser.execute("""
                insert into flyway_schema_history
                  (installed_rank, version, description, type, script, installed_by, execution_time, success)
                values (999, '999', 'later', 'SQL', 'V999__later.sql', 'postgres', 0, true)""");
        try {
            down("newer than this server: 999");
        } finally {
            superuser.execute("delete from flyway_schema_history where version = '999'");
        }
        assertThat(health("readiness").status()).isEqualTo(200);
    }

    private void down(String why) {
        for (String address : new String[] {"readiness", ""}) {
            Answer answer = health(address);
            assertThat(answer.status()).as(answer.text()).isEqualTo(503);
            assertThat(answer.text()).contains("\"DOWN\"", why);
        }
        assertThat(health("liveness").status()).isEqualTo(200);
    }

    private Answer health(String address) {
        return api.send(api.asOperator("operator@health.example")
                .request("/health" + (address.isEmpty() ? "" : "/" + address))
                .GET()
                .build());
    }
}
