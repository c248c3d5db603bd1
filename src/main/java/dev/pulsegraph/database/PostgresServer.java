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

    /** The password of an account of this server: letters, digits, - and _ only. */
    String password(String account);

    /** The superuser's password. */
    default String password() {
        return password(SUPERUSER);
    }

    /** Whether nobody has used the data yet, as far as is known: no start went far enough to call {@link #settled}. */
    boolean isNew();

    /** Says that the first start is over, and what belongs into new data is there. */
    default void settled() {}

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

    /** Gives an account that is there another password. */
    default void setPassword(String account, String password) {
        executeAsSuperuser(
                SUPERUSER,
                "do $$ begin if exists (select from pg_roles where rolname = '" + account + "') then alter role "
                        + account + " password '" + password + "'; end if; end $$");
    }

    /** The owner and the database that the operator would make by hand on a server of their own. */
    default void createOwnerAndDatabase() {
        try (var connection = DriverManager.getConnection(url(SUPERUSER), SUPERUSER, password());
                var statement = connection.createStatement()) {
            statement.execute("create role " + OWNER + " login createrole password '" + password(OWNER) + "'");
            statement.execute("create database " + DATABASE + " owner " + OWNER);
        } catch (SQLException e) {
            throw new IllegalStateException("The database could not be prepared: " + e.getMessage(), e);
        }
        executeAsSuperuser(DATABASE, "create extension pg_stat_statements");
    }
}
