package dev.pulsegraph.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An account of a database.
 *
 * @param url JDBC address of the database
 * @param settings the beginning of the names of the settings that hold it, for the sentence of a login that fails
 * @param pooled whether a pooler is known to stand before the database
 */
public record DatabaseAccount(
        String url, String username, @Nullable String password, String settings, boolean pooled) {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseAccount.class);
    private static final String UNNAMED = "prepareThreshold=0";

    public DatabaseAccount(String url, String username, @Nullable String password) {
        this(url, username, password, "DATASOURCES_DEFAULT", false);
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url, username, password);
    }

    /**
     * Logs in once, and finds out whether a pooler shares sessions: the process that answers is not the one that was
     * greeted. Statements then get no names, which belong to a session, unless the address says otherwise.
     */
    DatabaseAccount checked() {
        try (var connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            if (row.getInt(1) == connection.unwrap(PGConnection.class).getBackendPID()) {
                return this;
            }
            LOG.info("The database is behind a connection pooler: statements are not named");
            boolean decided = url.contains("prepareThreshold=");
            String unnamed = decided ? url : url + (url.contains("?") ? "&" : "?") + UNNAMED;
            return new DatabaseAccount(unnamed, username, password, settings, true);
        } catch (SQLException e) {
            throw LoginProblem.of(this, e);
        }
    }

    /** This account at the address of another, of which more is known. */
    DatabaseAccount at(DatabaseAccount other) {
        return new DatabaseAccount(other.url, username, password, settings, other.pooled);
    }

    /** Where it is, without parameters. */
    String place() {
        return url.replaceFirst("^jdbc:postgresql:(//)?", "").replaceFirst("\\?.*", "");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return username + " at " + place();
    }
}
