package dev.pulsegraph.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Nobody notices an organization they do not belong to: not through the API and not in the database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TenantIsolationTest {
    private final IsolationWorld world = new IsolationWorld();
    private final ApiWalk api = new ApiWalk(world);
    private final SqlWalk sql = new SqlWalk(world);
    private String rowsOfA = "";

    @BeforeAll
    void remember() {
        rowsOfA = rowsOfA();
    }

    @AfterAll
    void close() {
        world.close();
    }

    @Test
    void every_tenant_table_has_a_row_to_be_found_with_a_mark_in_every_text() {
        Set<String> vocabulary = TenantFiles.vocabulary();
        Set<String> alwaysEmpty = TenantFiles.alwaysEmpty();
        for (String table : world.a().tables()) {
            String condition = world.a().condition(table);
            assertThat(count("select count(*) from " + table + " where " + condition))
                    .as(
                            "%s is a tenant table: insert a row of it in the file of its feature in src/test/resources/tenant",
                            table)
                    .isPositive();
            for (String type : List.of("text", "text[]", "jsonb")) {
                for (String column : world.a().columns(table, type)) {
                    assertThat(vocabulary.contains(column)
                                    || alwaysEmpty.contains(table + "." + column)
                                    || count("select count(*) from " + table + " where " + condition + " and " + column
                                                    + "::text like '%"
                                                    + world.a().tag() + "%'")
                                            > 0)
                            .as(
                                    "%s.%s: insert the tag into it, in src/test/resources/tenant, or declare it a vocabulary there",
                                    table, column)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void what_features_declare_exists() {
        assertThat(world.a().tables()).containsAll(TenantFiles.behindAnotherTable());
        assertThat(world.database().texts("select distinct attname from pg_attribute where attnum > 0"))
                .containsAll(TenantFiles.vocabulary());
        assertThat(TenantFiles.alwaysEmpty()).allSatisfy(column -> {
            String[] parts = column.split("\\.", 2);
            assertThat(count("select count(*) from " + parts[0] + " where " + parts[1] + " <> ''"))
                    .as(column)
                    .isZero();
        });
        assertThat(world.database().texts("select distinct proname from pg_proc"))
                .containsAll(TenantFiles.onlyCalculating());
    }

    @Test
    void whoever_belongs_to_the_organization_finds_all_of_it() {
        assertThat(api.idsOfA().keySet())
                .as("types of Node of which A has a row")
                .containsExactlyInAnyOrderElementsOf(new Questions(world.schema()).nodeTypes());
        String seen = api.asInsider();
        for (String text : world.a().texts()) {
            assertThat(seen).contains(text);
        }
        assertThat(sql.seenBy(new IsolationWorld.Identity(
                        "owner of A", world.a().user().toString(), "")))
                .containsAll(world.a().tables().stream()
                        .filter(sql.readable()::containsKey)
                        .toList())
                .contains("posts_unified");
    }

    @Test
    void nobody_else_is_answered_anything_of_it() {
        assertThat(api.leaks()).isEmpty();
    }

    @Test
    void nobody_else_is_answered_otherwise_because_it_exists() {
        assertThat(world.withA()).isNotEmpty().isEqualTo(world.withoutA());
    }

    @Test
    void nobody_else_changes_any_of_it() {
        assertThat(api.leaksByWriting()).isEmpty();
        assertThat(rowsOfA()).isEqualTo(rowsOfA);
    }

    @Test
    void the_database_alone_keeps_everybody_else_out() {
        assertThat(sql.leaks()).isEmpty();
        assertThat(rowsOfA()).isEqualTo(rowsOfA);
    }

    @Test
    void the_login_may_nothing_before_it_takes_a_role() throws SQLException {
        try (Connection login = world.database().asLogin()) {
            for (String relation : sql.readable().keySet()) {
                assertDenied(login, "select 1 from public." + relation);
            }
            for (String table : world.a().tables()) {
                assertDenied(login, "delete from public." + table);
                assertDenied(login, "insert into public." + table + " default values");
            }
            assertDenied(login, "select app.readable_organizations()");
            assertDenied(
                    login, "select public.get_organization_usage('" + world.a().organization() + "')");
            assertDenied(login, "create table public.mine (id int)");
        }
    }

    @Test
    void the_login_takes_no_role_but_its_two() throws SQLException {
        try (Connection login = world.database().asLogin()) {
            List<String> taken = new ArrayList<>();
            for (String role : world.database()
                    .texts("select quote_ident(rolname) from pg_roles where rolname <> '"
                            + world.database().login() + "' and rolname !~ '^pg_'")) {
                try (var statement = login.createStatement()) {
                    statement.execute("set role " + role);
                    taken.add(role);
                } catch (SQLException denied) {
                    assertThat(denied.getSQLState()).isEqualTo("42501");
                }
            }
            assertThat(taken).containsExactlyInAnyOrder("pulsegraph_api", "pulsegraph_worker");
        }
    }

    @Test
    void an_identity_ends_with_its_transaction() throws SQLException {
        try (Connection login = world.database().asLogin()) {
            login.setAutoCommit(false);
            TestDatabase.texts(
                    login,
                    "select set_config('role', 'pulsegraph_api', true), set_config('app.user_id', '"
                            + world.a().user() + "', true)");
            assertThat(TestDatabase.texts(login, "select slug from public.organizations"))
                    .containsExactly(world.a().slug());
            login.commit();
            assertDenied(login, "select slug from public.organizations");
            login.rollback();
            TestDatabase.texts(login, "select set_config('role', 'pulsegraph_api', true)");
            assertThat(TestDatabase.texts(login, "select slug from public.organizations"))
                    .isEmpty();
            login.rollback();
        }
    }

    @Test
    void a_mark_hidden_in_a_global_id_is_found() {
        String id = dev.pulsegraph.paging.GlobalId.encode("Post", world.a().organization());
        assertThat(Tenant.traces(world.tracesOfA(), "{\"id\":\"" + id + "\"}")).hasSize(1);
        assertThat(Tenant.traces(world.tracesOfA(), dev.pulsegraph.paging.GlobalId.encode("Post", UUID.randomUUID())))
                .isEmpty();
    }

    private static void assertDenied(Connection connection, String sql) {
        assertThatThrownBy(() -> {
                    try (var statement = connection.createStatement()) {
                        statement.execute(sql);
                    }
                })
                .as(sql)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    private long count(String sql) {
        return Long.parseLong(world.database().texts(sql).getFirst());
    }

    private String rowsOfA() {
        return String.join("\n", world.database().texts(world.a().dump()));
    }
}
