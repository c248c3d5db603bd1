package dev.pulsegraph.database.backup;

import dev.pulsegraph.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What SQL alone says of the contents of every table, by a count and a sum of each; and which partitions there are. */
public final class Contents {
    private static final String TABLES = """
            select c.relname from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'flyway_schema_history'
            order by c.relname""";
    private static final String PARTITIONS = """
            select format('%s of %s %s %s %s by %s: %s', c.relname, i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid),
              c.reloptions, c.relrowsecurity and c.relforcerowsecurity, c.relowner::regrole,
              array(select conname || ' ' || pg_get_constraintdef(x.oid) from pg_constraint x where x.conrelid = c.oid order by conname))
            from pg_class c join pg_inherits i on i.inhrelid = c.oid
            where c.relnamespace = 'partitions'::regnamespace and c.relkind = 'r' order by 1""";
    private static final String SEQUENCES =
            "select schemaname || '.' || sequencename || ' ' || coalesce(last_value, 0) from pg_sequences order by 1";

    private Contents() {}

    public static List<String> of(TestDatabase database) throws SQLException {
        try (Connection connection = database.asSuperuser()) {
            List<String> lines = of(connection);
            lines.addAll(TestDatabase.texts(connection, PARTITIONS));
            lines.addAll(TestDatabase.texts(connection, SEQUENCES));
            return lines;
        }
    }

    static List<String> of(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("set timezone = 'UTC'");
        }
        List<String> lines = new ArrayList<>();
        for (String table : TestDatabase.texts(connection, TABLES)) {
            lines.addAll(TestDatabase.texts(
                    connection,
                    "select '" + table
                            + " ' || count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 7)::numeric), 0) from "
                            + table + " t"));
        }
        return lines;
    }
}
