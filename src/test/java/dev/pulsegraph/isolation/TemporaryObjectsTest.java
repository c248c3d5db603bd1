package dev.pulsegraph.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Somebody who says SQL as the role of requests makes what PostgreSQL looks for in the temporary schema: tables, types and
 * functions of their own under the names that functions with more rights use.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TemporaryObjectsTest {
    private static final String DENIED = "42501";
    private static final List<String> BATCHES = List.of(
            "event_batch",
            "batch_sessions",
            "session_changes",
            "traffic_changes",
            "batch_days",
            "visitor_sketches",
            "metric_batch",
            "embedding_batch");

    private final TestDatabase database = TestDatabase.migrated();
    private final String user = UUID.randomUUID().toString();
    private final String organization = UUID.randomUUID().toString();

    @BeforeAll
    void createOrganization() {
        database.insertOrganization(user, organization);
    }

    @AfterAll
    void close() {
        database.close();
    }

    @Test
    void roles_of_the_server_make_nothing_temporary_even_where_the_schema_is_there() throws SQLException {
        for (String role : List.of("pulsegraph_api", "pulsegraph_worker")) {
            try (Connection connection = database.asLogin();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                become(statement, role);
                assertThat(state(connection, "create temporary table event_batch (n int)"))
                        .as(role)
                        .isEqualTo(DENIED);
                // Now there is a temporary schema of this session.
                statement.execute(
                        "select app.create_event_staging(), app.create_metric_staging(), app.create_embedding_staging()");
                for (String sql : List.of(
                        "create temporary table mine (n int)",
                        "create table pg_temp.mine (n int)",
                        "create temporary view mine as select 1",
                        "create temporary sequence mine",
                        "create type pg_temp.uuid as (n int)",
                        "create domain pg_temp.uuid as int check (value > 0)",
                        "create type pg_temp.mood as enum ('good')",
                        "create function pg_temp.count(int) returns int language sql as 'select 1'",
                        "create operator pg_temp.= (leftarg = uuid, rightarg = uuid, function = uuid_eq)",
                        "create function pg_temp.f() returns trigger language plpgsql as 'begin return new; end'")) {
                    assertThat(state(connection, sql)).as("%s: %s", role, sql).isEqualTo(DENIED);
                }
                for (String batch : BATCHES) {
                    for (String sql : List.of(
                            "create trigger t before insert on pg_temp.%s for each row execute function suppress_redundant_updates_trigger()",
                            "create rule r as on insert to pg_temp.%s do also select 1",
                            "alter table pg_temp.%s add column x text default session_user",
                            "create index on pg_temp.%s ((session_user))",
                            "create policy p on pg_temp.%s using (true)",
                            "drop table pg_temp.%s",
                            "truncate pg_temp.%s")) {
                        assertThat(state(connection, sql.formatted(batch)))
                                .as("%s: %s of %s", role, sql, batch)
                                .isEqualTo(DENIED);
                    }
                }
                connection.rollback();
            }
        }
    }

    /** As in a database whose owner is another, who has not taken the right away. */
    @Test
    void whoever_may_make_them_gets_no_further_by_them() throws SQLException {
        database.execute("create table public.trap (who text); grant insert on public.trap to public;"
                + " grant create, usage on schema public to pulsegraph_api;"
                + " grant temporary on database " + database.name() + " to pulsegraph_api");
        try {
            Map<String, List<String>> functions = Map.of(
                    "event_batch", List.of("app.create_event_staging()", "app.write_event_batch()"),
                    "visitor_sketches", List.of("app.create_event_staging()", "app.store_visitor_sketches()"),
                    "session_changes", List.of("app.create_event_staging()", "app.write_event_batch()"),
                    "metric_batch",
                            List.of("app.create_metric_staging()", "app.write_metric_batch('" + organization + "')"),
                    "embedding_batch",
                            List.of(
                                    "app.create_embedding_staging()",
                                    "app.write_embedding_batch('" + organization + "')",
                                    "app.reject_unknown_embeddings('" + organization + "')",
                                    "app.create_embedding_models('" + organization + "')"));
            for (var entry : functions.entrySet()) {
                for (String function : entry.getValue()) {
                    for (String made : List.of(
                            "create temporary table %s (n int)",
                            "create temporary view %s as select pg_temp.spring() as organization_id")) {
                        try (Connection connection = database.asLogin();
                                Statement statement = connection.createStatement()) {
                            connection.setAutoCommit(false);
                            become(statement, "pulsegraph_api");
                            statement.execute("""
                                    create function pg_temp.spring() returns uuid language plpgsql as $$
                                    begin insert into public.trap values (current_user); return null; end $$;
                                    create function pg_temp.spring_trigger() returns trigger language plpgsql as $$
                                    begin insert into public.trap values (current_user); return null; end $$;
                                    """ + made.formatted(entry.getKey()));
                            if (made.contains("table")) {
                                statement.execute(
                                        "create trigger spring before delete or truncate on pg_temp." + entry.getKey()
                                                + " for each statement execute function pg_temp.spring_trigger()");
                            }
                            assertThat(state(connection, "select " + function))
                                    .as("%s over %s", function, made)
                                    .isEqualTo(DENIED);
                            connection.commit();
                        }
                    }
                }
            }
            assertThat(database.texts("select who from public.trap")).isEmpty();
        } finally {
            database.execute("drop table public.trap; revoke create on schema public from pulsegraph_api;"
                    + " revoke temporary on database " + database.name() + " from pulsegraph_api");
        }
    }

    /** Types and operators of the same names are first looked for where PostgreSQL's own are. */
    @Test
    void what_is_made_temporary_hides_nothing_from_functions_with_more_rights() throws SQLException {
        database.execute("grant temporary on database " + database.name() + " to pulsegraph_api");
        try (Connection connection = database.asLogin();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            become(statement, "pulsegraph_api");
            statement.execute("create domain pg_temp.uuid as pg_catalog.text check (1 / length(value) < 0);"
                    + " create domain pg_temp.text as pg_catalog.text check (false);"
                    + " create domain pg_temp.int4 as pg_catalog.int4 check (false);"
                    + " create temporary table organization_members (user_id pg_catalog.uuid);"
                    + " create temporary table pg_class (oid pg_catalog.oid);"
                    + " create temporary table api_keys (id pg_catalog.uuid)");
            assertThat(TestDatabase.texts(connection, "select app.organizations_with_role('viewer')"))
                    .containsExactly("{" + organization + "}");
            for (String function : definers()) {
                String state = state(connection, "select " + function);
                assertThat(state).as(function).isNotIn("23514", "42804", "42883", "22012", "42703");
            }
            connection.rollback();
        } finally {
            database.execute("revoke temporary on database " + database.name() + " from pulsegraph_api");
        }
    }

    /** A call of each function with the guard's rights that requests may call, with values that are nobody's. */
    private List<String> definers() {
        List<String> calls = database.texts("""
                select p.oid::regproc || '(' || coalesce((
                  select string_agg(format('%L::%s', case format_type(t.type, null)
                    when 'uuid' then '00000000-0000-4000-8000-000000000001' when 'bytea' then '\\x00' when 'text' then 'viewer'
                    when 'jsonb' then '{}' when 'interval' then '1 day' when 'boolean' then 'true' when 'date' then '2026-01-01'
                    when 'timestamp with time zone' then '2026-01-01'
                    else case when format_type(t.type, null) like '%[]' then '{}' else '1' end end,
                    (select 'pg_catalog.' || quote_ident(y.typname) from pg_type y where y.oid = t.type)), ', ' order by t.position)
                  from unnest(p.proargtypes) with ordinality t(type, position)), '') || ')'
                from pg_proc p
                where p.prosecdef and p.pronamespace in ('public'::regnamespace, 'app'::regnamespace)
                  and has_function_privilege('pulsegraph_api', p.oid, 'execute') and p.prorettype <> 'trigger'::regtype
                order by 1""");
        assertThat(calls).hasSizeGreaterThan(8);
        return calls;
    }

    private void become(Statement statement, String role) throws SQLException {
        statement.execute("set local role " + role + "; select set_config('app.user_id', '" + user + "', true)");
    }

    /** The state of the error, or nothing. */
    private static String state(Connection connection, String sql) throws SQLException {
        List<String> states = new ArrayList<>();
        Savepoint savepoint = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            states.add(String.valueOf(e.getSQLState()));
        } finally {
            connection.rollback(savepoint);
        }
        return String.join("", states);
    }

    @Test
    void copy_works_as_ever_for_who_may_write() throws SQLException {
        try (Connection connection = database.asLogin();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            become(statement, "pulsegraph_api");
            statement.execute("select app.create_metric_staging()");
            connection
                    .unwrap(org.postgresql.PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "copy pg_temp.metric_batch (position, metric, entity_type, entity_id, platform, value, recorded_at) from stdin",
                            new java.io.StringReader(
                                    "0\tlikes\taccount\t00000000-0000-4000-8000-000000000001\tall\t1\t2026-01-01\n"));
            assertThat(TestDatabase.texts(
                            connection, "select written from app.write_metric_batch('" + organization + "')"))
                    .containsExactly("1");
            assertThatThrownBy(() -> statement.execute("drop table pg_temp.metric_batch"))
                    .hasMessageContaining("must be owner");
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
