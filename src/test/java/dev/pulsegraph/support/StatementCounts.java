package dev.pulsegraph.support;

import dev.pulsegraph.database.PostgresServer;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many statements an operation takes depends on its shape, never on its rows. PostgreSQL itself counts them. */
public final class StatementCounts {
    /**
     * Says on whose behalf, and looks once for what they may read: both in the round trip of BEGIN. BEGIN, SAVEPOINT and
     * COMMIT are left out: not every one of them shows up in PostgreSQL's counts. So is what the pool asks a
     * connection that nobody used for half a second, to see whether it is alive.
     */
    public static final int AROUND_A_QUERY = 2;

    private static final String CALLS = """
            select query, sum(calls) as calls from pg_stat_statements s join pg_roles r on r.oid = s.userid
            where r.rolname in ('pulsegraph_login', 'pulsegraph_api', 'pulsegraph_worker')
              and query !~* '^(begin|commit|rollback|savepoint|set|show)' and query <> 'SELECT $1'
            group by query""";

    private StatementCounts() {}

    public static List<String> statements(Api.As caller, String query) {
        return statements(caller, query, Map.of());
    }

    /** What the second run took: the first fills caches, such as who is known. */
    public static List<String> statements(Api.As caller, String query, Map<String, ?> variables) {
        caller.ask(query, variables).succeeded();
        var before = calls();
        caller.ask(query, variables).succeeded();
        return since(before);
    }

    /** The statements that were run since calls were counted, each as often as it was. */
    public static List<String> since(Map<String, Long> before) {
        List<String> statements = new ArrayList<>();
        calls().forEach((query, calls) -> {
            for (long i = before.getOrDefault(query, 0L); i < calls; i++) {
                statements.add(query);
            }
        });
        return statements;
    }

    /** How often each statement has been called so far. */
    public static Map<String, Long> calls() {
        PostgresServer postgres = TestServer.shared();
        Map<String, Long> calls = new HashMap<>();
        try (var superuser = DriverManager.getConnection(postgres.url(), "postgres", postgres.password());
                var statement = superuser.createStatement();
                var rows = statement.executeQuery(CALLS)) {
            while (rows.next()) {
                calls.put(rows.getString(1), rows.getLong(2));
            }
            return calls;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
