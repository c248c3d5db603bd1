package dev.pulsegraph.support;

import dev.pulsegraph.database.PostgresServer;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A running PostgreSQL that was started to be thrown away: everything in it is dropped before the first test. */
record ExternalPostgresServer(String host, int port, String password, Connection claim) implements PostgresServer {

    /** @param address {@code postgresql://postgres:password@host:port} */
    static ExternalPostgresServer takeOver(URI address) {
        String password = address.getUserInfo().substring((SUPERUSER + ":").length());
        try {
            var server = new ExternalPostgresServer(
                    address.getHost(), address.getPort(), password, claim(address, password));
            server.dropEverything();
            // Every database is a copy of this one.
            server.executeAsSuperuser("template1", "create extension if not exists vector schema public");
            server.createOwnerAndDatabase();
            return server;
        } catch (SQLException e) {
            throw new IllegalStateException("PULSEGRAPH_TEST_POSTGRES: " + e.getMessage(), e);
        }
    }

    /** Held until the process ends, so that two runs do not drop each other's databases. */
    private static Connection claim(URI address, String password) throws SQLException {
        Connection connection = DriverManager.getConnection(
                "jdbc:postgresql://" + address.getHost() + ":" + address.getPort() + "/postgres", SUPERUSER, password);
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "select current_setting('pulsegraph.throwaway', true) = 'on', pg_try_advisory_lock(20261121)")) {
            row.next();
            if (!row.getBoolean(1)) {
                throw new IllegalStateException("The server of PULSEGRAPH_TEST_POSTGRES does not say that its databases"
                        + " may be dropped: start it with -c pulsegraph.throwaway=on, as .ci/pgvector does.");
            }
            if (!row.getBoolean(2)) {
                throw new IllegalStateException("Other tests run on the server of PULSEGRAPH_TEST_POSTGRES.");
            }
        }
        return connection;
    }

    private void dropEverything() throws SQLException {
        for (String drop : TestDatabase.texts(claim, """
                select format('drop database %I with (force)', datname)
                from pg_database where not datistemplate and datname <> 'postgres'
                union all
                select 'drop role ' || string_agg(quote_ident(rolname), ', ')
                from pg_roles where rolname !~ '^(pg_|postgres$)' having count(*) > 0""")) {
            executeAsSuperuser(SUPERUSER, drop);
        }
    }

    @Override
    public String url(String database) {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }

    @Override
    public String password(String account) {
        return password;
    }

    @Override
    public boolean isNew() {
        return true;
    }
}
