package dev.pulsegraph.support;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SQL as somebody runs it who may do what requests may, or jobs, or migrations.
 *
 * @param role such as pulsegraph_api
 * @param user on whose behalf; null for nobody's
 */
public record RoleSql(
        Superuser superuser, String role, @Nullable String user) {

    /** As a request of a user does. */
    public static RoleSql of(Superuser superuser, Object user) {
        return new RoleSql(superuser, "pulsegraph_api", user.toString());
    }

    /** Rows with their columns joined by blanks, none of a statement without rows. */
    public List<String> run(String sql) throws SQLException {
        return run(sql, true);
    }

    /** The same, of which nothing stays. */
    public List<String> attempt(String sql) throws SQLException {
        return run(sql, false);
    }

    private List<String> run(String sql, boolean stays) throws SQLException {
        try (Connection connection = superuser.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local role " + role);
            if (user != null) {
                statement.execute("select set_config('app.user_id', '" + user + "', true)");
            }
            List<String> rows = new ArrayList<>();
            if (statement.execute(sql)) {
                try (ResultSet answer = statement.getResultSet()) {
                    while (answer.next()) {
                        rows.add(row(answer));
                    }
                }
            }
            if (stays) {
                connection.commit();
            } else {
                connection.rollback();
            }
            return rows;
        }
    }

    private static String row(ResultSet answer) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
            values.add(String.valueOf(answer.getString(i)));
        }
        return String.join(" ", values);
    }
}
