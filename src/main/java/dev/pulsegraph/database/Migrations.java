package dev.pulsegraph.database;

import io.micronaut.flyway.FlywayConfigurationProperties;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * What Flyway lacks: undo scripts of our own, the grants of the login, and what is wrong in sentences. All run as the owner
 * of the tables, never as the login of the server.
 *
 * @param configuration of Flyway, as micronaut-flyway has it
 * @param owner the account that owns the tables
 */
public record Migrations(Configuration configuration, DatabaseAccount owner) {

    public static Migrations of(FlywayConfigurationProperties settings, DatabaseAccount owner) {
        return new Migrations(
                Flyway.configure()
                        .configuration(settings.getFluentConfiguration())
                        .configuration(properties(settings, owner))
                        .cleanDisabled(true),
                owner);
    }

    /**
     * A session that is shared cannot hold a lock, a transaction can; so behind a pooler no migration may build an index
     * concurrently.
     */
    static Map<String, String> properties(FlywayConfigurationProperties settings, DatabaseAccount owner) {
        Map<String, String> properties = new HashMap<>(settings.getProperties());
        if (owner.pooled()) {
            properties.put("flyway.postgresql.transactional.lock", "true");
        }
        return properties;
    }

    /** Applies what is missing and answers how many that were; a failure names its script and leaves the rest undone. */
    public int migrate() {
        return migrateTo("latest");
    }

    /** As {@link #migrate()}, but no further than {@code version}. */
    public int migrateTo(String version) {
        try {
            return Flyway.configure()
                    .configuration(flyway().getConfiguration())
                    .target(version)
                    .load()
                    .migrate()
                    .migrationsExecuted;
        } catch (FlywayException e) {
            throw new IllegalStateException("The migration failed: " + e.getMessage(), e);
        }
    }

    /** The newest version that is applied; empty where none is. */
    public Optional<String> version() {
        return Optional.ofNullable(flyway().info().current())
                .map(MigrationInfo::getVersion)
                .map(MigrationVersion::getVersion);
    }

    /** Whether this product has a migration of this version. */
    public boolean knows(String version) {
        MigrationVersion wanted = MigrationVersion.fromVersion(version);
        return Stream.of(flyway().info().all())
                .anyMatch(info -> wanted.equals(info.getVersion())
                        && !info.getState().name().contains("MISSING")
                        && !info.getState().name().contains("FUTURE"));
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
        return scripts(version).run(owner);
    }

    /** What {@link #undo} would delete, as far as there is any: so many rows of what. */
    public List<String> losses(String version) {
        try (Connection connection = connect()) {
            return scripts(version).losses(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("The rows that would be deleted cannot be counted: " + e.getMessage(), e);
        }
    }

    /** What there is to undo above {@code version}, newest first. */
    public List<String> undoable(String version) {
        return scripts(version).names();
    }

    /** Who is logged in as {@code login}, as servers are. */
    public List<String> sessions(DatabaseAccount login) {
        try (Connection connection = connect()) {
            return UndoScripts.sessions(connection, login.username());
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    private UndoScripts scripts(String version) {
        return UndoScripts.downTo(version, List.of(flyway().info().applied()));
    }

    /** Does what features do once their tables are migrated. Answers what was done, a sentence each. */
    public List<String> finish(Collection<? extends AfterMigration> steps) {
        List<String> done = new ArrayList<>();
        try (Connection connection = connect()) {
            for (AfterMigration step : steps) {
                done.addAll(OwnerStatements.run(connection, step));
            }
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
        return done;
    }

    /**
     * Lets {@code login} become the roles of requests and of work, and nothing else; makes it when it does not exist.
     * Needs the migrations applied, since they make the roles.
     */
    public void grantLogin(DatabaseAccount account) {
        String login = account.username();
        String loginPassword = account.password();
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
                    "The login " + login + " could not be given its roles: " + e.getMessage() + ". The owner "
                            + owner.username()
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

    /** As the owner of the tables. */
    public Connection connect() throws SQLException {
        return owner.connect();
    }

    private Flyway flyway() {
        return Flyway.configure()
                .configuration(configuration)
                .dataSource(owner.url(), owner.username(), owner.password())
                .load();
    }
}
