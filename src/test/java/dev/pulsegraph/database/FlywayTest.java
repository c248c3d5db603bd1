package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.TestDatabase;
import io.micronaut.context.ApplicationContext;
import io.micronaut.flyway.FlywayConfigurationProperties;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** micronaut-flyway migrates, as the owner of the tables and with what the settings say. */
@MicronautTest(transactional = false)
class FlywayTest {
    @Inject
    ApplicationContext context;

    @Inject
    Api api;

    @Test
    void the_server_migrates_once_as_the_owner() {
        assertThat(context.getBeansOfType(FlywayConfigurationProperties.class))
                .singleElement()
                .satisfies(flyway -> {
                    assertThat(flyway.getNameQualifier()).isEqualTo("owner");
                    assertThat(flyway.getUser()).isEqualTo(PostgresServer.OWNER);
                    assertThat(flyway.isCleanSchema()).isFalse();
                    assertThat(flyway.isAsync()).isFalse();
                });
        Flyway flyway = context.getBean(Flyway.class, Qualifiers.byName("owner"));
        assertThat(flyway.info().pending()).isEmpty();
        assertThat(flyway.info().applied()).isNotEmpty();
    }

    @Test
    void nothing_can_clean_the_schema() {
        Flyway flyway = context.getBean(Flyway.class, Qualifiers.byName("owner"));
        assertThatThrownBy(flyway::clean).isInstanceOf(FlywayException.class).hasMessageContaining("clean");
        try (TestDatabase database = TestDatabase.migrated();
                ApplicationContext told = ApplicationContext.run(
                        Map.of(
                                "datasources.default.url", database.url(),
                                "datasources.default.username", database.login(),
                                "datasources.default.password", database.password(),
                                "pulsegraph.database.owner-username", PostgresServer.OWNER,
                                "pulsegraph.database.owner-password", database.ownerPassword(),
                                "flyway.datasources.owner.clean-schema", true),
                        "test")) {
            assertThat(told.getBean(FlywayConfigurationProperties.class, Qualifiers.byName("owner"))
                            .isCleanSchema())
                    .isFalse();
            assertThatThrownBy(told.getBean(Flyway.class, Qualifiers.byName("owner"))::clean)
                    .isInstanceOf(FlywayException.class);
        }
    }

    @Test
    void a_server_that_is_not_to_migrate_does_not() {
        try (TestDatabase database = TestDatabase.migrated()) {
            String last = database.texts("select max(version) from flyway_schema_history")
                    .getFirst();
            String before = "%03d".formatted(Integer.parseInt(last) - 1);
            database.migrations().undo(before);
            try (ApplicationContext told = ApplicationContext.run(
                    Map.of(
                            "datasources.default.url", database.url(),
                            "datasources.default.username", database.login(),
                            "datasources.default.password", database.password(),
                            "pulsegraph.database.owner-username", PostgresServer.OWNER,
                            "pulsegraph.database.owner-password", database.ownerPassword(),
                            "pulsegraph.database.migrate", false),
                    "test")) {
                assertThat(told.findBean(Flyway.class, Qualifiers.byName("owner")))
                        .isEmpty();
                assertThat(database.texts("select max(version) from flyway_schema_history"))
                        .containsExactly(before);
            }
        }
    }

    /** It would wait for ever for the transaction that holds Flyway's lock, were that not switched off. */
    @Test
    @Timeout(60)
    void a_migration_may_build_an_index_concurrently() {
        try (TestDatabase database = TestDatabase.empty()) {
            DatabaseAccount owner = database.migrations().owner();
            Flyway flyway = Flyway.configure()
                    .configuration(database.migrations().configuration())
                    .dataSource(owner.url(), owner.username(), owner.password())
                    .locations("classpath:concurrently")
                    .load();
            assertThat(java.util.concurrent.CompletableFuture.supplyAsync(() -> flyway.migrate().migrationsExecuted))
                    .succeedsWithin(Duration.ofSeconds(50))
                    .isEqualTo(2);
            assertThat(database.texts("select indisvalid from pg_index where indexrelid = 'readings_id_idx'::regclass"))
                    .containsExactly("t");
        }
    }

    @Test
    void what_was_migrated_is_shown_to_nobody_at_an_address_of_its_own() {
        assertThat(api.send(api.bearer(null).request("/flyway").GET().build()).status())
                .isEqualTo(404);
    }
}
