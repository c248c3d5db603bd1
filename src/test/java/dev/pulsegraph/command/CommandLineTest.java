package dev.pulsegraph.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.Application;
import dev.pulsegraph.database.EmbeddedPostgresServer;
import dev.pulsegraph.database.PostgresServer;
import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.security.JwtSettings;
import dev.pulsegraph.security.Tokens;
import dev.pulsegraph.support.ClassPath;
import io.micronaut.context.env.Environment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Commands beside a database that runs, as when the server does. Those that serve, are told settings or find the embedded server have a process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisabledIf(
        value = "dev.pulsegraph.support.TestServer#hasVector",
        disabledReason = "an embedded server of its own, as in the other world")
class CommandLineTest {
    private static final Set<String> HERE =
            Set.of("migrate", "verify", "backup", "restore", "key", "demo", "embed", "job");

    private final Path directory;
    private final EmbeddedPostgresServer server;

    CommandLineTest(@TempDir Path directory) {
        this.directory = directory;
        this.server = EmbeddedPostgresServer.start(directory, true);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void help_and_version_are_answered() {
        Ran help = run("--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.output())
                .contains(
                        "Usage: pulsegraph",
                        "serve",
                        "migrate",
                        "verify",
                        "token",
                        "key",
                        "demo",
                        "import",
                        "embed",
                        "job")
                .contains("backup", "restore");
        for (String command : List.of(
                "serve", "migrate", "verify", "backup", "restore", "token", "key", "demo", "import", "embed", "job")) {
            assertThat(PulsegraphCommand.run(new String[] {command, "--help"}))
                    .as(command)
                    .isZero();
        }
        assertThat(run("help").output()).isEqualTo(help.output());
        assertThat(PulsegraphCommand.run(new String[] {"help", "token"})).isZero();
        Ran version = run("--version");
        assertThat(version.exitCode()).isZero();
        assertThat(version.output()).matches("(?s)Pulsegraph \\d+\\.\\d+\\.\\d+\\R.*Java \\d+.*");
    }

    @Test
    void what_is_no_command_is_refused_with_the_usage_and_code_2() {
        for (String wrong : List.of(
                "serv",
                "--unknown",
                "token",
                "token --user",
                "token --user a@b.c --expires soon",
                "migrate undo",
                "key",
                "key create --organization acme --name a",
                "key create --organization acme --name a --scopes everything",
                "key list",
                "key revoke --organization acme",
                "demo",
                "demo delete",
                "job",
                "job run",
                "job list x",
                "import metrics",
                "embed",
                "embed --missing --organization",
                "verify x",
                "backup",
                "restore",
                "restore a b")) {
            assertThat(PulsegraphCommand.run(wrong.split(" "))).as(wrong).isEqualTo(2);
        }
        Ran unknown = run("q");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.output()).contains("'q'").contains("Usage: pulsegraph");
        assertThat(run("serv").output())
                .contains("Did you mean: pulsegraph serve")
                .doesNotContain("Usage");
    }

    @Test
    void a_token_is_printed_that_the_server_accepts() {
        Ran byEmail = run("token", "--user", "Owner@acme.example");
        assertThat(byEmail.exitCode()).isZero();
        assertThat(read(byEmail))
                .isEqualTo(new Credentials.Token(
                        Demo.idOf("owner@acme.example"), "Olivia Owner", "Owner@acme.example", false));
        UUID id = UUID.randomUUID();
        Ran byId = run("token", "--user", id.toString(), "--name", "Somebody New", "--operator", "--expires", "PT1M");
        assertThat(read(byId)).isEqualTo(new Credentials.Token(id, "Somebody New", null, true));
    }

    @Test
    void a_token_for_nobody_or_for_no_time_is_refused_with_a_sentence() {
        for (String user : List.of("somebody", "1-1-1-1-1", "")) {
            Ran nobody = run("token", "--user", user);
            assertThat(nobody.exitCode()).as(user).isEqualTo(1);
            assertThat(nobody.output()).as(user).contains("--user").doesNotContain("Exception", "\tat ");
        }
        for (String period : List.of("PT0S", "-PT1H")) {
            Ran expired = run("token", "--user", "a@acme.example", "--expires=" + period);
            assertThat(expired.exitCode()).as(period).isEqualTo(1);
            assertThat(expired.output()).contains("--expires").doesNotContain("Exception", "\tat ");
        }
    }

    @Test
    void migrations_go_forth_and_back_and_verify_tells() {
        run("migrate");
        Ran again = run("migrate");
        assertThat(again.exitCode()).isZero();
        assertThat(again.output()).contains("The database is up to date.");
        Ran whole = run("verify");
        assertThat(whole.exitCode()).as(whole.output()).isZero();
        assertThat(whole.output()).contains("ok ").doesNotContain("FAIL");

        Ran undone = run("migrate", "undo", "--yes", "--to", "004");
        assertThat(undone.exitCode()).as(undone.output()).isZero();
        assertThat(undone.output())
                .containsSubsequence("undone: 008", "undone: 007", "undone: 006", "undone: 005")
                .doesNotContain("undone: 004");
        Ran behind = run("verify");
        assertThat(behind.exitCode()).isEqualTo(1);
        assertThat(behind.output()).contains("FAIL  every migration is applied").contains("005 post");
        assertThat(run("migrate", "undo", "--yes", "--to", "004").output()).contains("There is nothing above 004.");

        assertThat(run("migrate").output()).contains("migrations applied.");
        assertThat(run("verify").exitCode()).isZero();
        assertThat(run("migrate", "undo", "--yes", "--to", "0").exitCode()).isZero();
        assertThat(number(
                        "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"))
                .as("tables left but for the history")
                .isOne();
        assertThat(run("migrate").exitCode()).isZero();
        assertThat(run("verify").exitCode()).isZero();
    }

    @Test
    void an_undo_says_how_many_rows_go_and_wants_to_be_confirmed() {
        run("demo", "reset");
        long posts = number("select count(*) from posts_core");
        Ran asked = run("migrate", "undo", "--to", "004");
        assertThat(asked.exitCode()).as(asked.output()).isEqualTo(1);
        assertThat(asked.output())
                .contains("005 post", posts + " rows of posts_core", "--yes", "Nothing was changed.")
                .doesNotContain("organizations,", "\tat ");
        assertThat(number("select count(*) from posts_core")).isEqualTo(posts);
        assertThat(run("verify").exitCode()).isZero();
    }

    @Test
    void an_undo_beside_a_server_is_refused() throws SQLException {
        run("migrate");
        try (var serving = DriverManager.getConnection(
                server.url(), EmbeddedPostgresServer.LOGIN, server.password(EmbeddedPostgresServer.LOGIN))) {
            assertThat(serving.isValid(1)).isTrue();
            Ran refused = run("migrate", "undo", "--yes", "--to", "004");
            assertThat(refused.exitCode()).as(refused.output()).isEqualTo(1);
            assertThat(refused.output())
                    .contains("A server uses this database", "Stop it first")
                    .doesNotContain("\tat ");
        }
        assertThat(run("verify").exitCode()).isZero();
    }

    @Test
    void wrong_settings_and_options_stop_the_start() {
        Ran setting = run(List.of("-Dpulsegraph.graphql.max-depth=banana"), "serve");
        assertThat(setting.exitCode()).isEqualTo(1);
        assertThat(setting.output())
                .contains("pulsegraph.graphql.max-depth: `banana` is rejected: a whole number from 1")
                .doesNotContain("\tat ");
        Ran option = run("serve", "--port", "9090");
        assertThat(option.exitCode()).isEqualTo(2);
        assertThat(option.output()).contains("Did you mean `-micronaut.server.port=9090`?");
        Ran bare = run("--port=9090");
        assertThat(bare.exitCode()).isEqualTo(2);
        assertThat(bare.output()).contains("Did you mean `-micronaut.server.port=9090`?");
    }

    @Test
    void lengths_of_time_are_written_as_in_settings() {
        for (String period : List.of("8h", "30d", "PT8H")) {
            assertThat(run("token", "--user", "owner@acme.example", "--expires", period)
                            .exitCode())
                    .as(period)
                    .isZero();
        }
        Ran banana = run("token", "--user", "owner@acme.example", "--expires", "banana");
        assertThat(banana.exitCode()).isEqualTo(2);
        assertThat(banana.output())
                .contains("`banana` is not a duration", "8h", "30d")
                .doesNotContain("java.");
    }

    @Test
    void a_data_directory_that_is_a_file_is_told_in_a_sentence() throws IOException {
        Path file = java.nio.file.Files.createTempFile(directory, "a", ".file");
        for (List<String> command :
                List.of(List.of("serve"), List.of("verify"), List.of("token", "--user", "a@acme.example"))) {
            Ran refused = run(List.of("-Dpulsegraph.database.data-directory=" + file), command.toArray(String[]::new));
            assertThat(refused.exitCode()).as(refused.output()).isEqualTo(1);
            assertThat(refused.output()).contains(file + " is a file").doesNotContain("\tat ");
        }
    }

    @Test
    void a_login_that_fails_is_told_with_its_cure() {
        String password = server.password(EmbeddedPostgresServer.LOGIN);
        String good = server.url()
                .replace("jdbc:postgresql://", "postgres://" + EmbeddedPostgresServer.LOGIN + ":" + password + "@");
        run("migrate");
        for (var wrong : Map.of(
                        good.replaceFirst("/pulsegraph$", "/nowhere"),
                        "there is no database `nowhere`. Create it",
                        good.replace(password, "wrong"),
                        "Check DATASOURCES_DEFAULT_USERNAME and DATASOURCES_DEFAULT_PASSWORD",
                        good.replaceFirst("@[^:/]*", "@no-such-host.invalid"),
                        "no host of this name is known",
                        good.replaceFirst(":\\d+/", ":1/"),
                        "nothing listens there",
                        "mysql://u:p@h/d",
                        "is not an address of a PostgreSQL")
                .entrySet()) {
            Ran refused = run(
                    List.of(
                            "-Ddatasources.default.url=" + wrong.getKey(),
                            "-Dpulsegraph.jwt.secret=a secret that is long enough for this"),
                    "serve");
            assertThat(refused.exitCode()).as(refused.output()).isEqualTo(1);
            assertThat(refused.output()).contains(wrong.getValue()).doesNotContain("\tat ", password);
        }
    }

    @Test
    void an_unknown_version_is_told_in_a_sentence() {
        run("migrate");
        for (String version : List.of("999", "x")) {
            Ran unknown = run("migrate", "undo", "--to", version);
            assertThat(unknown.exitCode()).isEqualTo(1);
            assertThat(unknown.output())
                    .contains("There is no applied migration " + version)
                    .doesNotContain("Exception");
        }
    }

    @Test
    void verify_finds_a_table_without_row_security() {
        run("migrate");
        server.executeAsSuperuser("pulsegraph", "alter table posts_core no force row level security");
        try {
            Ran broken = run("verify");
            assertThat(broken.exitCode()).isEqualTo(1);
            assertThat(broken.output()).contains("FAIL  tenants are isolated").contains("posts_core is not forced");
        } finally {
            server.executeAsSuperuser("pulsegraph", "alter table posts_core force row level security");
        }
        assertThat(run("verify").exitCode()).isZero();
    }

    @Test
    void a_backup_beside_a_running_server_is_restored_elsewhere(@TempDir Path elsewhere) {
        run("demo", "load");
        Path file = elsewhere.resolve("backup.zip");
        Ran backup = run("backup", file.toString());
        assertThat(backup.exitCode()).as(backup.output()).isZero();
        assertThat(backup.output())
                .contains("posts_core")
                .contains("data/jwt-secret")
                .doesNotContain("\tat ");
        Ran again = run("backup", file.toString());
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.output()).contains("backup.zip exists").doesNotContain("\tat ");

        Ran refused = run("restore", file.toString());
        assertThat(refused.exitCode()).as(refused.output()).isEqualTo(1);
        assertThat(refused.output())
                .contains("2 of organizations")
                .contains("--overwrite")
                .doesNotContain("\tat ");
        assertThat(run("restore", elsewhere.resolve("none.zip").toString()).output())
                .contains("There is no file")
                .doesNotContain("\tat ");

        List<String> other = List.of("-Dpulsegraph.database.data-directory=" + elsewhere.resolve("data"));
        Ran restored = run(other, "restore", file.toString());
        assertThat(restored.exitCode()).as(restored.output()).isZero();
        assertThat(restored.output()).contains("Restored ").contains("verify");
        Ran verified = run(other, "verify");
        assertThat(verified.exitCode()).as(verified.output()).isZero();
        assertThat(run(other, "demo", "load").output()).contains("The demo is already loaded.");
    }

    @Test
    void the_demo_is_loaded_once_and_reset_at_will() {
        run("demo", "reset");
        assertThat(run("demo", "load").output()).contains("The demo is already loaded.");
        server.executeAsSuperuser("pulsegraph", "delete from posts_core where status = 'published'");
        server.executeAsSuperuser("pulsegraph", "update organizations set name = 'Changed' where slug = 'acme'");
        Ran reset = run("demo", "reset");
        assertThat(reset.exitCode()).as(reset.output()).isZero();
        assertThat(number("select count(*) from posts_core")).isEqualTo(700);
        assertThat(number("select count(*) from organizations where name = 'Changed'"))
                .isZero();
        server.executeAsSuperuser("pulsegraph", "delete from organizations");
        assertThat(run("demo", "load").output()).contains("The demo is loaded.");
        assertThat(number("select count(*) from posts_core")).isEqualTo(700);
    }

    @Test
    void a_key_is_made_listed_and_revoked_in_the_name_of_the_owner() {
        run("demo", "load");
        Ran made = run("key", "create", "--organization", "acme", "--scopes", "write,ingest", "--name", "import");
        assertThat(made.exitCode()).as(made.output()).isZero();
        String secret = made.output().lines().reduce((first, last) -> last).orElseThrow();
        assertThat(secret).startsWith("pgk_").hasSize(47);
        assertThat(number("""
                select count(*) from api_keys k join user_profiles u on u.id = k.created_by
                where k.name = 'import' and k.scopes = '{write,ingest}' and u.email = 'owner@acme.example'""")).isOne();
        assertThat(number("select count(*) from audit_log where action = 'create' and after ->> 'name' = 'import'"))
                .as("audited")
                .isOne();
        Ran listed = run("key", "list", "--organization", "acme");
        assertThat(listed.output())
                .contains(secret.substring(0, 10) + "  import  write and ingest")
                .contains("never used", "does not expire")
                .doesNotContain(secret);
        Ran revoked = run("key", "revoke", "--organization", "acme", secret.substring(0, 10));
        assertThat(revoked.exitCode()).as(revoked.output()).isZero();
        assertThat(run("key", "list", "--organization", "acme").output()).contains("revoked 2");

        Ran elsewhere = run("key", "revoke", "--organization", "globex", secret.substring(0, 10));
        assertThat(elsewhere.exitCode()).isEqualTo(1);
        assertThat(elsewhere.output())
                .contains("there is none of the organization `globex`")
                .doesNotContain("\tat ");
        Ran nobody = run("key", "create", "--organization", "nobody", "--scopes", "read", "--name", "x");
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.output())
                .contains("organization: there is none of the slug `nobody`")
                .doesNotContain("\tat ");
        Ran nameless = run("key", "create", "--organization", "acme", "--scopes", "read", "--name", " ");
        assertThat(nameless.exitCode()).isEqualTo(1);
        assertThat(nameless.output()).contains("name: ").doesNotContain("\tat ");
    }

    @Test
    void a_job_is_run_here_and_now_and_shown() {
        run("migrate");
        server.executeAsSuperuser("pulsegraph", """
                delete from job_runs;
                insert into job_runs (job, node, started_at, finished_at, status, lease_until) values
                  ('jobs.gone', '1@node', now() - interval '31 days', now() - interval '31 days', 'failed', now())""");
        Ran never = run("job", "list");
        assertThat(never.exitCode()).as(never.output()).isZero();
        assertThat(never.output()).contains("jobs.prune, every 24h, never ran").contains("30 days");
        Ran first = run("job", "run", "jobs.prune");
        assertThat(first.exitCode()).as(first.output()).isZero();
        assertThat(first.output()).contains("Deleted 1 records.");
        assertThat(run("job", "list").output())
                .containsPattern("jobs.prune, every 24h, succeeded, begun \\S+ on \\S+: Deleted 1 records\\.");
        assertThat(run("job", "run", "jobs.prune").output())
                .as("the interval is for servers")
                .contains("Deleted 0 records.");
    }

    @Test
    void a_job_that_fails_or_runs_already_or_does_not_exist_is_told_in_a_sentence() {
        run("migrate");
        Ran unknown = run("job", "run", "jobs.nothing");
        assertThat(unknown.exitCode()).as(unknown.output()).isEqualTo(1);
        assertThat(unknown.output())
                .contains("there is no such job")
                .contains("jobs.prune")
                .doesNotContain("\tat ");

        server.executeAsSuperuser("pulsegraph", """
                delete from job_runs;
                insert into job_runs (job, node, lease_until) values ('jobs.prune', '1@node', now() + interval '1 minute')""");
        Ran running = run("job", "run", "jobs.prune");
        assertThat(running.exitCode()).as(running.output()).isEqualTo(1);
        assertThat(running.output()).contains("running already").doesNotContain("\tat ");

        server.executeAsSuperuser("pulsegraph", """
                delete from job_runs;
                revoke execute on function prune_job_runs(interval) from pulsegraph_worker""");
        try {
            Ran failed = run("job", "run", "jobs.prune");
            assertThat(failed.exitCode()).as(failed.output()).isEqualTo(1);
            assertThat(failed.output()).contains("permission denied");
            assertThat(run("job", "list").output()).contains("jobs.prune, every 24h, failed");
        } finally {
            server.executeAsSuperuser(
                    "pulsegraph", "grant execute on function prune_job_runs(interval) to pulsegraph_worker");
        }
    }

    @Test
    void posts_are_embedded_once_and_after_a_kill_it_goes_on() throws InterruptedException {
        run("demo", "load");
        server.executeAsSuperuser("pulsegraph", "delete from embeddings");
        Process killed = start(List.of(), "embed", "--missing");
        while (killed.isAlive() && embedded() < 100) {
            Thread.onSpinWait();
        }
        killed.destroyForcibly().waitFor();
        long safe = embedded();
        assertThat(safe).isPositive();

        Ran rest = run("embed", "--missing");
        assertThat(rest.exitCode()).as(rest.output()).isZero();
        assertThat(rest.output()).endsWith("700 posts, " + (700 - safe) + " of them embedded");
        assertThat(embedded()).isEqualTo(700);
        assertThat(run("embed", "--missing").output()).endsWith("700 posts, 0 of them embedded");
        Ran one = run("embed", "--missing", "--organization", "acme");
        assertThat(one.output()).matches("(?s).*\\b\\d+ posts, 0 of them embedded");
        Ran none = run("embed", "--missing", "--organization", "nobody");
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.output()).contains("there is no such organization").doesNotContain("\tat ");
    }

    @Test
    void posts_that_no_model_could_embed_are_counted() {
        run("demo", "load");
        server.executeAsSuperuser("pulsegraph", "delete from embeddings");
        server.executeAsSuperuser("pulsegraph", "update embedding_settings set model = 'far-away'");
        List<String> unreachable = List.of(
                "-Dpulsegraph.embedding.endpoints.main.url=http://127.0.0.1:1/v1",
                "-Dpulsegraph.embedding.endpoints.main.model=far-away",
                "-Dpulsegraph.embedding.endpoints.main.dimensions=4",
                "-Dpulsegraph.embedding.endpoints.main.max-attempts=1");
        Ran down = run(unreachable, "embed", "--missing");
        assertThat(down.exitCode()).as(down.output()).isEqualTo(1);
        assertThat(down.output())
                .contains("700 could not be embedded")
                .contains("The embedding model \"far-away\" cannot answer: its endpoint cannot be reached")
                .doesNotContain("\tat ");
        assertThat(number("select count(*) from embeddings where vector_data is null"))
                .isEqualTo(700);
        Ran unknown = run("embed", "--missing");
        assertThat(unknown.exitCode()).as(unknown.output()).isEqualTo(1);
        assertThat(unknown.output()).contains("This server does not run the model \"far-away\" with 4 dimensions.");
        run("demo", "reset");
    }

    @Test
    void a_database_that_is_not_there_is_told_in_a_sentence() {
        for (String command : List.of("migrate", "verify", "serve")) {
            Ran unreachable = run(
                    List.of(
                            "-Ddatasources.default.url=jdbc:postgresql://127.0.0.1:1/nowhere",
                            "-Ddatasources.default.username=somebody",
                            "-Dpulsegraph.database.owner-username=owner",
                            "-Dpulsegraph.jwt.secret=a secret that is long enough for this"),
                    command);
            assertThat(unreachable.exitCode()).as(unreachable.output()).isEqualTo(1);
            assertThat(unreachable.output()).contains("127.0.0.1:1").doesNotContain("\tat ");
        }
        Ran ownerless = run(List.of("-Ddatasources.default.url=jdbc:postgresql://127.0.0.1:1/nowhere"), "migrate");
        assertThat(ownerless.exitCode()).isEqualTo(1);
        assertThat(ownerless.output())
                .contains("PULSEGRAPH_DATABASE_OWNER_USERNAME")
                .doesNotContain("Exception");
    }

    @Test
    void a_server_that_could_not_tell_its_callers_apart_does_not_start() {
        run("migrate");
        String secret = "-Dpulsegraph.jwt.secret=a secret that is long enough for this";
        refusesToStart(EmbeddedPostgresServer.LOGIN, "-Dnothing=more", "PULSEGRAPH_JWT_SECRET");
        refusesToStart(EmbeddedPostgresServer.LOGIN, "-Dpulsegraph.jwt.secret=short", "32 bytes");
        refusesToStart("postgres", secret, "the login postgres is a superuser");
        refusesToStart(EmbeddedPostgresServer.OWNER, secret, "owns the table posts_core");
    }

    private void refusesToStart(String login, String option, String why) {
        Ran refused = run(
                List.of(
                        "-Ddatasources.default.url=" + server.url(),
                        "-Ddatasources.default.username=" + login,
                        "-Ddatasources.default.password=" + server.password(login),
                        "-Dmicronaut.server.port=-1",
                        option),
                "serve");
        assertThat(refused.exitCode()).as(refused.output()).isEqualTo(1);
        assertThat(refused.output()).contains(why).doesNotContain("is up after", "\tat ");
    }

    private Credentials.Token read(Ran ran) {
        assertThat(ran.exitCode()).as(ran.output()).isZero();
        var settings = new JwtSettings(
                null,
                directory.resolve("jwt-secret").toString(),
                null,
                "pulsegraph",
                "pulsegraph",
                Duration.ofSeconds(30));
        String token = ran.output().lines().reduce((first, last) -> last).orElseThrow();
        return new Tokens(settings, Clock.systemUTC(), null).verify(token);
    }

    private long number(String sql) {
        try (var connection = DriverManager.getConnection(server.url(), "postgres", server.password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private long embedded() {
        return number("select count(distinct entity_id) from embeddings where vector_data is not null");
    }

    private Ran run(String... arguments) {
        return HERE.contains(arguments[0]) ? runHere(arguments) : run(List.of(), arguments);
    }

    /**
     * In this process, which has its classes loaded already. The database is told by its address: a process that attached
     * to its own embedded server would lose the lock of the directory.
     */
    private Ran runHere(String... arguments) {
        Map<String, String> settings = Map.of(
                "datasources.default.url",
                server.url(),
                "datasources.default.username",
                PostgresServer.LOGIN,
                "datasources.default.password",
                server.password(PostgresServer.LOGIN),
                "pulsegraph.database.owner-username",
                PostgresServer.OWNER,
                "pulsegraph.database.owner-password",
                server.password(PostgresServer.OWNER),
                "pulsegraph.database.data-directory",
                directory.toString(),
                "pulsegraph.jwt.secret",
                "a secret that is long enough for this",
                // Or it would take the settings, and the database, of applications that are under test.
                Environment.DEDUCE_ENVIRONMENT_PROPERTY,
                "false");
        PrintStream out = System.out;
        PrintStream err = System.err;
        var output = new ByteArrayOutputStream();
        var printed = new PrintStream(output, true, StandardCharsets.UTF_8);
        settings.forEach(System::setProperty);
        System.setOut(printed);
        System.setErr(printed);
        try {
            int exitCode = PulsegraphCommand.run(arguments);
            return new Ran(exitCode, output.toString(StandardCharsets.UTF_8).strip());
        } finally {
            System.setOut(out);
            System.setErr(err);
            settings.keySet().forEach(System::clearProperty);
        }
    }

    private Ran run(List<String> options, String... arguments) {
        Process process = start(options, arguments);
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ran(process.waitFor(), output.strip());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Process start(List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", ClassPath.ofTests()));
        command.add("-Dpulsegraph.database.data-directory=" + directory);
        command.addAll(options);
        command.add(Application.class.getName());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.matches("(PULSEGRAPH|DATASOURCES|MICRONAUT)_.*"));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Ran(int exitCode, String output) {}
}
