package dev.pulsegraph.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Statements of the owner of the tables, each a transaction of its own, as an index needs that is built concurrently. */
public final class OwnerStatements {
    private final Statement statement;

    OwnerStatements(Statement statement) {
        this.statement = statement;
    }

    static List<String> run(Connection owner, AfterMigration step) throws SQLException {
        try (Statement statement = owner.createStatement()) {
            return step.run(new OwnerStatements(statement));
        }
    }

    public void execute(String sql) {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    /** The rows of a query, values as PostgreSQL writes them. */
    public List<List<@Nullable String>> list(String sql) {
        try (var rows = statement.executeQuery(sql)) {
            int columns = rows.getMetaData().getColumnCount();
            List<List<@Nullable String>> list = new ArrayList<>();
            while (rows.next()) {
                List<@Nullable String> row = new ArrayList<>(columns);
                for (int i = 1; i <= columns; i++) {
                    row.add(rows.getString(i));
                }
                list.add(row);
            }
            return list;
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    /** The only value of a query; null where it has no row. */
    public @Nullable String find(String sql) {
        List<List<@Nullable String>> rows = list(sql);
        return rows.isEmpty() ? null : rows.getFirst().getFirst();
    }

    /** Works as the guard, who sees the rows of all tenants. */
    public <T> T asGuard(Supplier<T> work) {
        execute("set role pulsegraph_guard");
        try {
            return work.get();
        } finally {
            execute("reset role");
        }
    }
}
