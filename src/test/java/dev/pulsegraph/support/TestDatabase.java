package dev.pulsegraph.support;

import dev.pulsegraph.database.DatabaseAccount;
import dev.pulsegraph.database.DatabaseContext;
import dev.pulsegraph.database.Migrations;
import dev.pulsegraph.database.PostgresServer;
import io.micronaut.context.ApplicationContext;
import io.micronaut.core.util.SupplierUtil;
import io.micronaut.flyway.FlywayConfigurationProperties;
import io.micronaut.runtime.server.EmbeddedServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A database of its own on the server of the tests, owned and logged in to as any other would be. */
public final class TestDatabase implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    /** Flyway as the application configures it. */
    private static final Supplier<FlywayConfigurationProperties> FLYWAY =
            SupplierUtil.memoized(TestDatabase::configuration);

    private final PostgresServer server = TestServer.shared();
    private final String name = "test_" + NUMBER.incrementAndGet();
    private final String login = name + "_login";

    private static FlywayConfigurationProperties configuration() {
        try (var context = DatabaseContext.open()) {
            return DatabaseContext.flyway(context);
        }
    }

    private TestDatabase() {
        server.executeAsSuperuser("postgres", "create database " + name + " owner " + PostgresServer.OWNER);
    }

    public static TestDatabase empty() {
        return new TestDatabase();
    }

    public static TestDatabase migrated() {
        var database = new TestDatabase();
        database.migrate();
        return database;
    }

    public void migrate() {
        migrations().migrate();
        migrations().grantLogin(account());
    }

    public Migrations migrations() {
        return Migrations.of(
                FLYWAY.get(), new DatabaseAccount(url(), PostgresServer.OWNER, server.password(PostgresServer.OWNER)));
    }

    /** How a server would log in. */
    public DatabaseAccount account() {
        return new DatabaseAccount(url(), login, server.password());
    }

    public String name() {
        return name;
    }

    public String url() {
        return server.url(name);
    }

    public String password() {
        return server.password();
    }

    /** The password of the owner of the tables. */
    public String ownerPassword() {
        return server.password(PostgresServer.OWNER);
    }

    /** The account a server would log in as; it belongs to this database alone. */
    public String login() {
        return login;
    }

    /**
     * Starts a server on this database.
     *
     * @param settings beside the database, or instead of what says where it is
     */
    public EmbeddedServer serve(Map<String, ?> settings) {
        Map<String, Object> all = new HashMap<>();
        all.put("datasources.default.url", url());
        all.put("datasources.default.username", login());
        all.put("datasources.default.password", password());
        all.putAll(settings);
        return ApplicationContext.run(EmbeddedServer.class, all, "test");
    }

    public Connection asSuperuser() throws SQLException {
        return DriverManager.getConnection(url(), "postgres", server.password());
    }

    public Connection asLogin() throws SQLException {
        return DriverManager.getConnection(url(), login, server.password());
    }

    /** Runs a statement as superuser. */
    public void execute(String sql) {
        server.executeAsSuperuser(name, sql);
    }

    /** The first column of what a superuser finds. */
    public List<String> texts(String sql) {
        try (Connection connection = asSuperuser()) {
            return texts(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getMessage(), e);
        }
    }

    /** The first column of what the server's own work finds, which is committed. */
    public List<String> textsAsWorker(String sql) throws SQLException {
        try (Connection connection = asLogin()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("set local role pulsegraph_worker");
            }
            List<String> texts = texts(connection, sql);
            connection.commit();
            return texts;
        }
    }

    /** Inserts an organization in Berlin, and the user who owns it. */
    public void insertOrganization(String user, String organization) {
        execute("begin; select set_config('app.user_id', '" + user + "', true);"
                + " insert into user_profiles (id, email) values ('" + user + "', 'founder@team.example');"
                + " insert into organizations (id, name, slug, time_zone) values ('" + organization
                + "', 'A', 'founded', 'Europe/Berlin'); commit");
    }

    public static List<String> texts(Connection connection, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(String.valueOf(rows.getString(1)));
            }
        }
        return texts;
    }

    @Override
    public void close() {
        server.executeAsSuperuser("postgres", "drop database " + name + " with (force)");
        server.executeAsSuperuser("postgres", "drop role if exists " + login);
    }
}
