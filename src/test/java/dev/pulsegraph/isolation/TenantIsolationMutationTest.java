package dev.pulsegraph.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.RowSecurityCheck;
import dev.pulsegraph.support.Catalogue;
import dev.pulsegraph.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** TenantIsolationTest notices every hole: each is made here, must be found, and is closed again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TenantIsolationMutationTest {
    /** Each policy for requests with the statements that open it to everybody and that put it back. */
    private static final String POLICIES = """
            select concat_ws(' ;; ', policyname, tablename, cmd,
              format('alter policy %I on %I%s%s', policyname, tablename,
                case when cmd <> 'INSERT' then ' using (true)' end,
                case when cmd in ('INSERT', 'UPDATE', 'ALL') then ' with check (true)' end),
              format('drop policy %1$I on %2$I; create policy %1$I on %2$I for %3$s to pulsegraph_api%4$s%5$s',
                policyname, tablename, cmd, ' using (' || qual || ')', ' with check (' || with_check || ')'))
            from pg_policies where schemaname = 'public' and 'pulsegraph_api' = any (roles)
            order by tablename, policyname""";

    private final IsolationWorld world = new IsolationWorld();
    private final TestDatabase database = world.database();
    private final ApiWalk api = new ApiWalk(world);
    private final SqlWalk sql = new SqlWalk(world);
    private final List<String> catalogue = Catalogue.of(database);

    @AfterEach
    void the_catalogue_is_as_before() {
        assertThat(Catalogue.of(database)).isEqualTo(catalogue);
    }

    @AfterAll
    void close() {
        world.close();
    }

    @Test
    void without_a_hole_nothing_is_found() throws SQLException {
        assertThat(sql.leaks()).isEmpty();
        assertThat(api.leaksByReading()).isEmpty();
        assertThat(holes()).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> a_policy_that_lets_everybody_through_is_found() {
        Set<String> behindAnother = TenantFiles.behindAnotherTable();
        return database.texts(POLICIES).stream().map(line -> {
            String[] policy = line.split(" ;; ");
            return DynamicTest.dynamicTest(
                    policy[0],
                    () -> opened(policy[3], policy[4], () -> {
                        assertThat(sql.leaks(policy[1]))
                                .as("found in the database")
                                .isNotEmpty();
                        if (policy[2].equals("SELECT") && !behindAnother.contains(policy[1])) {
                            assertThat(api.leaksByReading())
                                    .as("found through the API")
                                    .isNotEmpty();
                        }
                    }));
        });
    }

    @TestFactory
    Stream<DynamicTest> a_policy_beside_the_others_that_lets_everybody_through_is_found() {
        return world.a().tables().stream()
                .filter(table -> sql.readable().containsKey(table))
                .map(table -> DynamicTest.dynamicTest(
                        table,
                        () -> opened(
                                "create policy hole on " + table + " to pulsegraph_api using (true) with check (true)",
                                "drop policy hole on " + table,
                                () -> assertThat(sql.leaks(table)).isNotEmpty())));
    }

    @TestFactory
    Stream<DynamicTest> a_table_without_row_security_is_found() {
        return world.a().tables().stream()
                .map(table -> DynamicTest.dynamicTest(
                        table,
                        () -> opened(
                                "alter table " + table + " disable row level security",
                                "alter table " + table + " enable row level security",
                                () -> {
                                    assertThat(sql.leaks(table)).isNotEmpty();
                                    assertThat(holes()).containsExactly("the table " + table + " has no row security");
                                })));
    }

    @TestFactory
    Stream<DynamicTest> row_security_that_is_not_forced_is_found() {
        return world.a().tables().stream()
                .map(table -> DynamicTest.dynamicTest(
                        table,
                        () -> opened(
                                "alter table " + table + " no force row level security",
                                "alter table " + table + " force row level security",
                                () -> assertThat(holes())
                                        .containsExactly(
                                                "the row security of the table " + table + " is not forced"))));
    }

    @TestFactory
    Stream<DynamicTest> a_login_with_powers_of_its_own_is_found() {
        String login = database.login();
        return Stream.of(
                        new Hole("superuser", "alter role %s superuser", "alter role %s nosuperuser", "is a superuser"),
                        new Hole("bypassrls", "alter role %s bypassrls", "alter role %s nobypassrls", "has BYPASSRLS"),
                        new Hole(
                                "owner of a table",
                                "create table public.mine (id int); alter table public.mine owner to %s",
                                "drop table public.mine",
                                "owns the table mine"),
                        new Hole(
                                "reads without a role",
                                "grant select on posts_core to %s",
                                "revoke select on posts_core from %s",
                                "may read posts_core without taking a role"),
                        new Hole(
                                "inherits",
                                "grant pulsegraph_api to %s with inherit true",
                                "revoke pulsegraph_api from %s",
                                "without taking a role"),
                        new Hole(
                                "member of a superuser",
                                "create role isolation_superuser superuser; grant isolation_superuser to %s with inherit false",
                                "drop role isolation_superuser",
                                "may become isolation_superuser"),
                        new Hole(
                                "member of the guard",
                                "grant pulsegraph_guard to %s with inherit false",
                                "revoke pulsegraph_guard from %s",
                                "may become pulsegraph_guard"))
                .map(hole -> DynamicTest.dynamicTest(
                        hole.name(),
                        () -> opened(
                                hole.open().formatted(login),
                                hole.close().formatted(login),
                                () -> assertThat(holes())
                                        .anySatisfy(sentence -> assertThat(sentence)
                                                .contains(login)
                                                .contains(hole.sentence())))));
    }

    @TestFactory
    Stream<DynamicTest> a_function_or_view_with_the_rights_of_its_owner_is_found() {
        return Stream.of(
                        new Hole(
                                "view with the rights of a superuser",
                                "alter view posts_unified set (security_invoker = false); alter view posts_unified owner to postgres",
                                "alter view posts_unified owner to pulsegraph_owner; alter view posts_unified set (security_invoker = true)",
                                "posts_unified"),
                        new Hole(
                                "permission with the rights of the guard",
                                "alter function user_has_org_permission security definer; alter function user_has_org_permission owner to postgres",
                                "alter function user_has_org_permission owner to pulsegraph_owner; alter function user_has_org_permission security invoker",
                                "user_has_org_permission"),
                        new Hole(
                                "usage with the rights of a superuser",
                                "alter function get_organization_usage security definer; alter function get_organization_usage owner to postgres",
                                "alter function get_organization_usage owner to pulsegraph_owner; alter function get_organization_usage security invoker",
                                "get_organization_usage"))
                .map(hole -> DynamicTest.dynamicTest(
                        hole.name(),
                        () -> opened(
                                hole.open(),
                                hole.close(),
                                () -> assertThat(sql.leaks())
                                        .anySatisfy(leak -> assertThat(leak).contains(hole.sentence())))));
    }

    private void opened(String open, String close, Check check) throws SQLException {
        database.execute(open);
        try {
            check.run();
        } finally {
            database.execute(close);
        }
    }

    private List<String> holes() throws SQLException {
        try (Connection login = database.asLogin()) {
            return RowSecurityCheck.holes(login);
        }
    }

    private record Hole(String name, String open, String close, String sentence) {}

    private interface Check {
        void run() throws SQLException;
    }
}
