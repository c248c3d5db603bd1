package dev.pulsegraph.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Whether a database is as these sources would make it. */
public final class Verification {
    private static final String INVALID_INDEXES = """
            select format('the index %I of %I is invalid; drop it and migrate again', i.relname, t.relname)
            from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
            where not x.indisvalid and t.relnamespace = 'public'::regnamespace""";
    private static final String UNCHECKED_CONSTRAINTS = """
            select format('the constraint %I of %s is not validated', conname, conrelid::regclass)
            from pg_constraint where not convalidated and connamespace = 'public'::regnamespace""";

    private Verification() {}

    /**
     * Runs every check.
     *
     * @param owner whose migrations are looked at
     * @param login the account of the server, for which tenants must be isolated
     */
    public static List<Check> run(Migrations owner, DatabaseAccount login) {
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("every migration is applied", owner.pending()));
        checks.add(new Check("applied migrations are unchanged", owner.differences()));
        checks.add(check("tenants are isolated", login, RowSecurityCheck::holes));
        checks.add(check("functions, owners and policies keep to the rules", login, PrivilegeRules::broken));
        checks.add(check("every index is valid", login, c -> texts(c, INVALID_INDEXES)));
        checks.add(check("every constraint is validated", login, c -> texts(c, UNCHECKED_CONSTRAINTS)));
        return checks;
    }

    private static Check check(String name, DatabaseAccount login, Finder finder) {
        try (Connection connection = login.connect()) {
            return new Check(name, finder.find(connection));
        } catch (SQLException e) {
            return new Check(name, List.of(String.valueOf(e.getMessage())));
        }
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    /**
     * A check that was made.
     *
     * @param findings what is wrong; empty when nothing is
     */
    public record Check(String name, List<String> findings) {}

    private interface Finder {
        List<String> find(Connection connection) throws SQLException;
    }
}
