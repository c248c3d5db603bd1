package dev.pulsegraph.database;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.output.MigrateOutput;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Migrations forward by Flyway, and back by undo scripts of our own. They run as the owner of the tables, never as the
 * login of the server.
 *
 * @param url JDBC address of the database
 * @param owner the account that owns the tables
 * @param password the owner's password
 */
public record Migrations(String url, String owner, @Nullable String password) {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final Duration SLOW = Duration.ofMinutes(1);

    /** Applies what is missing and answers how many that were; a failure names its script and leaves the rest undone. */
    public int migrate() {
        try {
            var result = flyway().migrate();
            for (MigrateOutput done : result.migrations) {
                if (done.executionTime > SLOW.toMillis()) {
                    LOG.warn("Migration {} {} took {} s", done.version, done.description, done.executionTime / 1000);
                } else {
                    LOG.info("Migration {} {} took {} ms", done.version, done.description, done.executionTime);
                }
            }
            return result.migrationsExecuted;
        } catch (FlywayException e) {
            throw new IllegalStateException("The migration failed: " + e.getMessage(), e);
        }
    }

    /** The names of migrations that are not applied yet. */
    public List<String> pending() {
        return List.of(flyway().info().pending()).stream()
                .map(info -> info.getVersion() + " " + info.getDescription())
                .toList();
    }

    /** Applied migrations whose script has changed since, or is gone. */
    public List<String> differences() {
        return flyway().validateWithResult().invalidMigrations.stream()
                .filter(invalid ->
                        !"RESOLVED_VERSIONED_MIGRATION_NOT_APPLIED".equals(invalid.errorDetails.errorCode.toString()))
                .map(invalid -> invalid.version + " " + invalid.description + ": " + invalid.errorDetails.errorMessage)
                .toList();
    }

    /**
     * Takes back every applied migration above {@code version}, newest first, each in a transaction of its own together
     * with its row of the history.
     *
     * @return what was undone, newest first
     */
    public List<String> undo(String version) {
        List<String> undone = new ArrayList<>();
        List<MigrationInfo> applied = new ArrayList<>(List.of(flyway().info().applied()));
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
        for (MigrationInfo info : applied.reversed()) {
            if (info.getVersion() != null && info.getVersion().compareTo(target) > 0) {
                undo(info);
                undone.add(info.getVersion() + " " + info.getDescription());
            }
        }
        return undone;
    }

    private void undo(MigrationInfo info) {
        String script = "migrations/undo/U" + info.getScript().substring(1);
        try (InputStream in = Migrations.class.getClassLoader().getResourceAsStream(script)) {
            if (in == null) {
                throw new IllegalStateException("There is no undo script " + script);
            }
            String sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            try (Connection connection = connect()) {
                connection.setAutoCommit(false);
                try (var statement = connection.createStatement();
                        var history =
                                connection.prepareStatement("delete from flyway_schema_history where version = ?")) {
                    statement.execute(sql);
                    history.setString(1, info.getVersion().getVersion());
                    history.executeUpdate();
                }
                connection.commit();
            }
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(script + " failed and was rolled back: " + e.getMessage(), e);
        }
    }

    /**
     * Brings the database up to what it can do with vectors: installs the extension {@code vector} where it is at hand, and
     * builds indexes that are missing. Answers what was done, a sentence each.
     */
    public List<String> buildVectorIndexes() {
        try (Connection connection = connect()) {
            return VectorIndexes.build(connection);
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    /**
     * Lets {@code login} become the roles of requests and of work, and nothing else; makes it when it does not exist.
     * Needs the migrations applied, since they make the roles.
     */
    public void grantLogin(String login, @Nullable String loginPassword) {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            try (var exists = connection.prepareStatement("select from pg_roles where rolname = ?")) {
                exists.setString(1, login);
                if (!exists.executeQuery().next()) {
                    statement.execute("create role " + quoted(login, '"') + " login noinherit nosuperuser password "
                            + (loginPassword == null ? "null" : quoted(loginPassword, '\'')));
                }
            }
            for (String role : List.of("pulsegraph_api", "pulsegraph_worker")) {
                if (!isMember(connection, login, role)) {
                    boolean perGrant = connection.getMetaData().getDatabaseMajorVersion() >= 16;
                    statement.execute("grant " + role + " to " + quoted(login, '"')
                            + (perGrant ? " with inherit false, set true" : ""));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "The login " + login + " could not be given its roles: " + e.getMessage() + ". The owner " + owner
                            + " needs CREATEROLE, or grant pulsegraph_api and pulsegraph_worker to it yourself.",
                    e);
        }
    }

    private static boolean isMember(Connection connection, String login, String role) throws SQLException {
        try (var query = connection.prepareStatement(
                "select from pg_auth_members where member = ?::regrole and roleid = ?::regrole")) {
            query.setString(1, quoted(login, '"'));
            query.setString(2, role);
            return query.executeQuery().next();
        }
    }

    private static String quoted(String text, char quote) {
        return quote + text.replace("" + quote, "" + quote + quote) + quote;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url, owner, password);
    }

    private Flyway flyway() {
        return Flyway.configure()
                .dataSource(url, owner, password)
                .locations("classpath:migrations")
                // An index that is built CONCURRENTLY would wait for ever for a lock that Flyway's own transaction
                // holds.
                .configuration(java.util.Map.of("flyway.postgresql.transactional.lock", "false"))
                .validateMigrationNaming(false)
                .load();
    }
}
