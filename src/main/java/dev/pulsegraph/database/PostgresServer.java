package dev.pulsegraph.database;

import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * A PostgreSQL that is ours alone, superuser included. It has the same two accounts as a database of your own would: an
 * owner for migrations and a login for the server.
 */
public interface PostgresServer {
    String OWNER = "pulsegraph_owner";
    String LOGIN = "pulsegraph_login";
    String SUPERUSER = "postgres";
    String DATABASE = "pulsegraph";

    String url(String database);

    /** The password of every account of this server: letters, digits, - and _ only. */
    String password();

    /** Whether this start made the data. */
    boolean isNew();

    default String url() {
        return url(DATABASE);
    }

    /** For what only a superuser may do: extensions, and databases of tests. */
    default void executeAsSuperuser(String database, String sql) {
        try (var connection = DriverManager.getConnection(url(database), SUPERUSER, password());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getMessage(), e);
        }
    }

    /** The owner and the database that the operator would make by hand on a server of their own. */
    default void createOwnerAndDatabase() {
        try (var connection = DriverManager.getConnection(url(SUPERUSER), SUPERUSER, password());
                var statement = connection.createStatement()) {
            statement.execute("create role " + OWNER + " login createrole password '" + password() + "'");
            statement.execute("create database " + DATABASE + " owner " + OWNER);
        } catch (SQLException e) {
            throw new IllegalStateException("The database could not be prepared: " + e.getMessage(), e);
        }
        executeAsSuperuser(DATABASE, "create extension pg_stat_statements");
    }
}
