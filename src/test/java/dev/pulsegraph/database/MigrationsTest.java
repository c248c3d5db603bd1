package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.support.Catalogue;
import dev.pulsegraph.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MigrationsTest {
    private static final Path SCRIPTS = Path.of("migrations");

    private final TestDatabase database = TestDatabase.empty();
    private final List<List<String>> levels = new ArrayList<>();

    /** Up one at a time; what is there after each is what its successor's undo must come back to. */
    @BeforeAll
    void migrate_one_by_one() throws IOException {
        levels.add(Catalogue.of(database));
        for (String script : scripts("V")) {
            var owner = database.migrations();
            Flyway.configure()
                    .configuration(owner.configuration())
                    .dataSource(
                            owner.owner().url(),
                            owner.owner().username(),
                            owner.owner().password())
                    .target(script.substring(1, 4))
                    .load()
                    .migrate();
            levels.add(Catalogue.of(database));
        }
        database.migrate();
    }

    @AfterAll
    void close() {
        database.close();
    }

    @Test
    void scripts_are_numbered_without_a_gap_and_each_has_its_undo() throws IOException {
        List<String> forward = scripts("V");
        assertThat(forward).isNotEmpty().allMatch(name -> name.matches("V\\d{3}__[a-z0-9]+(_[a-z0-9]+)*\\.sql"));
        for (int i = 0; i < forward.size(); i++) {
            assertThat(forward.get(i)).startsWith("V%03d__".formatted(i + 1));
        }
        assertThat(scripts("U"))
                .isEqualTo(forward.stream().map(name -> "U" + name.substring(1)).toList());
    }

    @Test
    void the_owner_of_the_migrations_is_no_superuser() {
        assertThat(database.texts("select rolsuper or rolbypassrls from pg_roles where rolname = '"
                        + EmbeddedPostgresServer.OWNER + "'"))
                .containsExactly("f");
        assertThat(database.texts(
                        "select distinct relowner::regrole from pg_class where relnamespace = 'public'::regnamespace"
                                + " and relkind = 'r'"))
                .containsExactly(EmbeddedPostgresServer.OWNER);
    }

    @Test
    void one_after_another_gives_what_all_at_once_give() {
        try (TestDatabase other = TestDatabase.empty()) {
            assertThat(other.migrations().migrate()).isEqualTo(levels.size() - 1);
            assertThat(Catalogue.of(other)).isEqualTo(levels.getLast());
        }
    }

    @Test
    void migrating_again_changes_nothing() {
        assertThat(database.migrations().migrate()).isZero();
        assertThat(database.migrations().pending()).isEmpty();
        assertThat(database.migrations().differences()).isEmpty();
        assertThat(Catalogue.of(database)).isEqualTo(levels.getLast());
    }

    @Test
    void every_step_back_leaves_what_was_there_before_it_and_every_step_forward_returns() {
        for (int version = levels.size() - 2; version >= 0; version--) {
            assertThat(database.migrations().undo(version == 0 ? "0" : "%03d".formatted(version)))
                    .as("undone down to %s", version)
                    .hasSize(levels.size() - 1 - version);
            assertThat(Catalogue.of(database))
                    .as("after undoing to %s", version)
                    .isEqualTo(levels.get(version));
            assertThat(database.migrations().migrate()).isEqualTo(levels.size() - 1 - version);
            assertThat(Catalogue.of(database)).as("up again from %s", version).isEqualTo(levels.getLast());
        }
    }

    @Test
    void one_step_back_undoes_only_the_last() throws IOException {
        String last = scripts("V").getLast();
        try {
            assertThat(database.migrations().undo("%03d".formatted(levels.size() - 2)))
                    .containsExactly(last.substring(1, 4) + " "
                            + last.substring(6, last.length() - 4).replace('_', ' '));
            assertThat(database.migrations().pending()).hasSize(1);
        } finally {
            database.migrations().migrate();
        }
    }

    @Test
    void an_unknown_version_is_refused_with_those_there_are() {
        assertThatThrownBy(() -> database.migrations().undo("999"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no applied migration 999")
                .hasMessageContaining("001");
        assertThat(Catalogue.of(database)).isEqualTo(levels.getLast());
    }

    @Test
    void an_undo_that_fails_leaves_everything_as_it_was() {
        database.execute(
                "create table public.held (id uuid, constraint held_fkey foreign key (id) references user_profiles (id))");
        try {
            assertThatThrownBy(() -> database.migrations().undo("001"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("U002__organization.sql failed and was rolled back");
            assertThat(database.migrations().pending()).hasSize(levels.size() - 3);
        } finally {
            database.execute("drop table public.held");
            database.migrations().migrate();
        }
        assertThat(Catalogue.of(database)).isEqualTo(levels.getLast());
    }

    @Test
    void an_applied_migration_that_was_edited_is_refused() {
        String edit = "update flyway_schema_history set checksum = checksum %s 1 where version = '002'";
        database.execute(edit.formatted("+"));
        try {
            assertThatThrownBy(() -> database.migrations().migrate())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("The migration failed")
                    .hasMessageContaining("002");
            assertThat(database.migrations().differences())
                    .singleElement()
                    .asString()
                    .startsWith("002 organization");
            assertThat(findings()).containsOnlyKeys("applied migrations are unchanged");
        } finally {
            database.execute(edit.formatted("-"));
        }
        assertThat(findings()).isEmpty();
    }

    @Test
    void a_good_database_passes_every_check() {
        assertThat(Verification.run(database.migrations(), database.account()))
                .hasSize(6)
                .allSatisfy(
                        check -> assertThat(check.findings()).as(check.name()).isEmpty());
    }

    @Test
    void a_constraint_that_was_never_checked_is_found() {
        broken(
                "alter table posts_core add constraint posts_core_unproven check (length(title) > 0) not valid",
                "alter table posts_core drop constraint posts_core_unproven",
                "every constraint is validated");
    }

    @Test
    void an_invalid_index_is_found() {
        broken(
                "update pg_index set indisvalid = false where indexrelid = 'posts_core_author_id_idx'::regclass",
                "update pg_index set indisvalid = true where indexrelid = 'posts_core_author_id_idx'::regclass",
                "every index is valid");
    }

    @Test
    void row_security_that_is_not_forced_is_found() {
        broken(
                "alter table posts_core no force row level security",
                "alter table posts_core force row level security",
                "tenants are isolated");
    }

    @Test
    void rules_of_functions_owners_and_policies_that_are_broken_are_found_and_named() {
        try (TestDatabase planted = TestDatabase.migrated()) {
            brokenRules(planted);
        }
    }

    private static void brokenRules(TestDatabase database) {
        Map<String, List<String>> plants = new java.util.LinkedHashMap<>();
        plants.put(
                "the function app.organizations_with_role(text) runs with the rights of its owner without `set search_path",
                List.of(
                        "alter function app.organizations_with_role(text) set search_path = ''",
                        "alter function app.organizations_with_role(text) set search_path = pg_catalog, pg_temp"));
        plants.put(
                "the function app.write_event_batch() runs with the rights of its owner without `set search_path",
                List.of(
                        "alter function app.write_event_batch() reset search_path",
                        "alter function app.write_event_batch() set search_path = pg_catalog, pg_temp"));
        plants.put(
                "the function app.accept_invitation(bytea,uuid) runs with the rights of postgres",
                List.of(
                        "alter function app.accept_invitation(bytea, uuid) owner to postgres",
                        "alter function app.accept_invitation(bytea, uuid) owner to pulsegraph_guard"));
        plants.put(
                "the function app.role_rank(text) belongs to pulsegraph_guard",
                List.of(
                        "alter function app.role_rank(text) owner to pulsegraph_guard",
                        "alter function app.role_rank(text) owner to pulsegraph_owner"));
        plants.put(
                "everybody may call the function app.make_partition",
                List.of(
                        "grant execute on function app.make_partition(text, text, timestamptz, timestamptz) to public",
                        "revoke execute on function app.make_partition(text, text, timestamptz, timestamptz) from public"));
        plants.put(
                "public.posts_core belongs to postgres",
                List.of(
                        "alter table posts_core owner to postgres",
                        "alter table posts_core owner to pulsegraph_owner"));
        plants.put(
                "everybody may use public.metric_catalogue",
                List.of("grant select on metric_catalogue to public", "revoke select on metric_catalogue from public"));
        plants.put(
                "pulsegraph_api may create in the schema app",
                List.of(
                        "grant create on schema app to pulsegraph_api",
                        "revoke create on schema app from pulsegraph_api"));
        plants.put(
                "pulsegraph_api may make temporary tables; as the owner of the database, `revoke temporary on database "
                        + database.name() + " from public",
                List.of(
                        "grant temporary on database " + database.name() + " to pulsegraph_api",
                        "revoke temporary on database " + database.name() + " from pulsegraph_api"));
        plants.put(
                "the policy posts_core_open of posts_core lets pulsegraph_api see all rows",
                List.of(
                        "create policy posts_core_open on posts_core for select to pulsegraph_api using (true)",
                        "drop policy posts_core_open on posts_core"));
        plants.put(
                "the policy audit_log_worker of audit_log lets pulsegraph_worker see all rows",
                List.of(
                        "create policy audit_log_worker on audit_log for select to pulsegraph_worker using (true)",
                        "drop policy audit_log_worker on audit_log"));
        plants.put(
                "the policy posts_core_backup of posts_core lets public see all rows",
                List.of(
                        "alter policy posts_core_backup on posts_core to public",
                        "alter policy posts_core_backup on posts_core to pulsegraph_backup"));
        database.execute("select app.make_partitions_ahead(0)");
        String partition = "partitions.metric_readings_"
                + LocalDate.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyy_MM"));
        plants.put(
                "the partition " + partition + " has no forced row security",
                List.of(
                        "alter table " + partition + " no force row level security",
                        "alter table " + partition + " force row level security"));
        plants.put(
                "pulsegraph_api may use the partition " + partition + " without its parent",
                List.of(
                        "grant select on " + partition + " to pulsegraph_api",
                        "revoke select on " + partition + " from pulsegraph_api"));
        assertThat(findings(database)).isEmpty();
        plants.forEach((sentence, sql) -> {
            database.execute(sql.getFirst());
            try {
                assertThat(findings(database).get("functions, owners and policies keep to the rules"))
                        .as(sql.getFirst())
                        .singleElement()
                        .asString()
                        .startsWith(sentence);
            } finally {
                database.execute(sql.getLast());
            }
        });
        assertThat(findings(database)).isEmpty();
    }

    @Test
    void a_pending_migration_is_found() {
        database.migrations().undo("%03d".formatted(levels.size() - 2));
        try {
            assertThat(findings()).containsOnlyKeys("every migration is applied");
        } finally {
            database.migrations().migrate();
        }
    }

    @Test
    void a_login_that_cannot_log_in_is_found() {
        assertThat(Verification.run(
                        database.migrations(), new DatabaseAccount(database.url(), "pulsegraph_nobody", "wrong")))
                .filteredOn(check -> !check.findings().isEmpty())
                .extracting(Verification.Check::name)
                .contains("tenants are isolated");
    }

    private void broken(String breaking, String mending, String check) {
        database.execute(breaking);
        try {
            assertThat(findings()).containsOnlyKeys(check);
        } finally {
            database.execute(mending);
        }
        assertThat(findings()).isEmpty();
    }

    private Map<String, List<String>> findings() {
        return findings(database);
    }

    private static Map<String, List<String>> findings(TestDatabase database) {
        return Verification.run(database.migrations(), database.account()).stream()
                .filter(check -> !check.findings().isEmpty())
                .collect(java.util.stream.Collectors.toMap(Verification.Check::name, Verification.Check::findings));
    }

    private static List<String> scripts(String kind) throws IOException {
        try (Stream<Path> files = Files.list(kind.equals("U") ? SCRIPTS.resolve("undo") : SCRIPTS)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".sql") && !name.equals("afterMigrate.sql"))
                    .sorted()
                    .toList();
        }
    }
}
