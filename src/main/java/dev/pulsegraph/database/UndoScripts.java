package dev.pulsegraph.database;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;

/** Scripts that take migrations back, newest first. Flyway's free edition has none. */
final class UndoScripts {
    private static final String TABLES = """
            select format('%I.%I', n.nspname, c.relname)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('public', 'app') and c.relkind in ('r', 'p') and not c.relispartition
            order by 1""";
    private static final String COLUMNS = """
            select format('%I.%I.%I', n.nspname, c.relname, a.attname)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where n.nspname in ('public', 'app') and c.relkind in ('r', 'p') and not c.relispartition
            order by 1""";
    /** Of every account but the owner's own, and those that call themselves ours. A pooler's are of the login, too. */
    private static final String SESSIONS = """
            select format('%s (process %s)', coalesce(nullif(application_name, ''), usename), pid)
            from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
              and (usename = ? or application_name like 'pulsegraph%') order by pid""";

    private final List<MigrationInfo> undone;

    private UndoScripts(List<MigrationInfo> undone) {
        this.undone = undone;
    }

    /** Those of all that were applied after {@code version}. */
    static UndoScripts downTo(String version, List<MigrationInfo> applied) {
        boolean isNumber = version.matches("\\d{1,9}");
        MigrationVersion target = MigrationVersion.fromVersion(isNumber ? version : "0");
        boolean known =
                "0".equals(target.getVersion()) || applied.stream().anyMatch(info -> target.equals(info.getVersion()));
        if (!known || !isNumber) {
            throw new IllegalArgumentException("There is no applied migration " + version + "; applied are "
                    + applied.stream()
                            .map(info -> String.valueOf(info.getVersion()))
                            .toList() + ".");
        }
        return new UndoScripts(applied.reversed().stream()
                .filter(info -> info.getVersion() != null && info.getVersion().compareTo(target) > 0)
                .toList());
    }

    /** Who is logged in to the database as {@code login}, which is what servers do. */
    static List<String> sessions(Connection connection, String login) throws SQLException {
        try (var query = connection.prepareStatement(SESSIONS)) {
            query.setString(1, login);
            List<String> sessions = new ArrayList<>();
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    sessions.add(rows.getString(1));
                }
            }
            return sessions;
        }
    }

    /** What would be lost, found by doing it and rolling it back: a sentence for each table and column with data. */
    List<String> losses(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            Set<String> tables = texts(connection, TABLES);
            Set<String> columns = texts(connection, COLUMNS);
            var before = connection.setSavepoint();
            for (MigrationInfo info : undone) {
                statement.execute(script(info));
            }
            tables.removeAll(texts(connection, TABLES));
            columns.removeAll(texts(connection, COLUMNS));
            connection.rollback(before);
            columns.removeIf(column -> tables.contains(column.substring(0, column.lastIndexOf('.'))));
            Map<String, Long> lost = new LinkedHashMap<>();
            for (String table : tables) {
                lost.put(table, count(connection, table, "true"));
            }
            for (String column : columns) {
                int dot = column.lastIndexOf('.');
                lost.put(
                        column,
                        count(connection, column.substring(0, dot), column.substring(dot + 1) + " is not null"));
            }
            return lost.entrySet().stream()
                    .filter(loss -> loss.getValue() > 0)
                    .map(loss -> loss.getValue()
                            + (loss.getValue() == 1 ? " row of " : " rows of ")
                            + loss.getKey().replaceFirst("^public\\.", ""))
                    .toList();
        } finally {
            connection.rollback();
        }
    }

    /** Row security holds for the owner, too, unless it is not forced; that is rolled back. */
    private static long count(Connection connection, String table, String condition) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("alter table " + table + " no force row level security");
            try (var row = statement.executeQuery("select count(*) from " + table + " where " + condition)) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Runs them, each in a transaction of its own together with its row of the history; answers what was undone. */
    List<String> run(DatabaseAccount owner) {
        for (MigrationInfo info : undone) {
            try (Connection connection = owner.connect()) {
                connection.setAutoCommit(false);
                try (var statement = connection.createStatement();
                        var history =
                                connection.prepareStatement("delete from flyway_schema_history where version = ?")) {
                    statement.execute(script(info));
                    history.setString(1, info.getVersion().getVersion());
                    history.executeUpdate();
                }
                connection.commit();
            } catch (SQLException e) {
                throw new IllegalStateException(name(info) + " failed and was rolled back: " + e.getMessage(), e);
            }
        }
        return names();
    }

    List<String> names() {
        return undone.stream()
                .map(info -> info.getVersion() + " " + info.getDescription())
                .toList();
    }

    private static String name(MigrationInfo info) {
        return "migrations/undo/U" + info.getScript().substring(1);
    }

    private static String script(MigrationInfo info) {
        try (InputStream in = UndoScripts.class.getClassLoader().getResourceAsStream(name(info))) {
            if (in == null) {
                throw new IllegalStateException("There is no undo script " + name(info)
                        + ". Undo with the version of Pulsegraph that made it.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(name(info) + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Set<String> texts(Connection connection, String sql) throws SQLException {
        Set<String> texts = new LinkedHashSet<>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
