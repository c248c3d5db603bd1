package dev.pulsegraph.database.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.database.Verification;
import dev.pulsegraph.support.Catalogue;
import dev.pulsegraph.support.ServerProcess;
import dev.pulsegraph.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup is one moment of a database that goes on, and comes back whole or not at all. */
class BackupTest {
    @SuppressWarnings("UnnecessaryLambda")
    private static final Consumer<String> QUIET = line -> {};

    private final TestDatabase database = TestDatabase.migrated();
    private final TestDatabase other = TestDatabase.empty();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        database.close();
        other.close();
    }

    @Test
    void a_backup_under_load_is_its_snapshot_elsewhere() throws Exception {
        Path file = directory.resolve("under-load.zip");
        List<String> seen;
        int before;
        int after;
        Writers first;
        try (ServerProcess server = ServerProcess.start(database, directory);
                Writers writers = new Writers(database, server)) {
            first = writers;
            writers.goOn(20);
            before = writers.acknowledged("posts");
            try (Backup backup = Backup.begin(database.migrations())) {
                after = writers.acknowledged("posts") + 1;
                writers.goOn(5);
                seen = through(backup.snapshot());
                writers.goOn(5);
                backup.write(file, "test", QUIET);
                writers.goOn(5);
            }
            writers.stop();
        }
        assertThat(Contents.of(database)).as("what the writers went on with").doesNotContainSequence(seen);

        restore(file, false);
        assertThat(Contents.of(other)).containsSubsequence(seen);
        assertThat(Integer.parseInt(
                        other.texts("select count(*) from posts_core").getFirst()))
                .as("posts of the moment of the backup")
                .isBetween(before, after);
        assertThat(other.texts("select content from posts_content limit 1"))
                .containsExactly("A tab \t, a line \n, a backslash \\ and 🦊");
        isGreen();
        try (ServerProcess server = ServerProcess.start(other, directory);
                Writers writers = new Writers(first, server)) {
            writers.goOn(3);
            writers.stop();
        }
    }

    @Test
    void what_is_restored_has_the_same_schema_and_nobody_but_the_owner_reads_the_file() throws Exception {
        insertOrganization(database);
        Path file = backUp(database);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        restore(file, false);
        assertThat(Catalogue.of(other)).isEqualTo(Catalogue.of(database));
        assertThat(Contents.of(other)).isEqualTo(Contents.of(database));
        isGreen();
    }

    @Test
    void a_database_with_data_is_named_and_kept_unless_it_may_be_overwritten() throws Exception {
        insertOrganization(database);
        Path file = backUp(database);
        other.migrate();
        other.insertOrganization(UUID.randomUUID().toString(), UUID.randomUUID().toString());
        other.execute("update organizations set name = 'Kept'");
        List<String> kept = Contents.of(other);
        assertThatThrownBy(() -> restore(file, false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("1 of organizations")
                .hasMessageContaining("1 of user_profiles")
                .hasMessageContaining("--overwrite");
        assertThat(Contents.of(other)).isEqualTo(kept);

        restore(file, true);
        assertThat(Contents.of(other)).isEqualTo(Contents.of(database));
        isGreen();
    }

    @Test
    void a_restore_that_breaks_off_changes_nothing() throws Exception {
        insertOrganization(database);
        Path file = backUp(database);
        other.migrate();
        List<String> empty = Contents.of(other);
        List<String> catalogue = Catalogue.of(other);
        assertThatThrownBy(() -> restore(file, false, line -> {
                    if (line.endsWith("  organizations")) {
                        other.texts("select pg_terminate_backend(pid) from pg_stat_activity where datname ="
                                + " current_database() and pid <> pg_backend_pid()");
                    }
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("The restore failed and changed no row");
        assertThat(Contents.of(other)).isEqualTo(empty);
        assertThat(Catalogue.of(other)).isEqualTo(catalogue);
        restore(file, false);
        assertThat(Contents.of(other)).isEqualTo(Contents.of(database));
    }

    @Test
    void what_is_cut_off_damaged_or_something_else_is_refused_by_name() throws Exception {
        insertOrganization(database);
        database.execute("update organizations set settings = jsonb_build_object("
                + "'noise', (select string_agg(md5(i::text), '') from generate_series(1, 1900) i))");
        Path file = backUp(database);
        byte[] whole = Files.readAllBytes(file);
        for (int length : List.of(0, 10, whole.length / 2, whole.length - 1)) {
            refused(Arrays.copyOf(whole, length), "cut.zip", "cut.zip is not a complete backup");
        }
        refused(
                "-- a dump".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                "dump.sql",
                "dump.sql is not a complete backup");
        int found = 0;
        for (int at = 40; at < whole.length - 22; at += whole.length / 25) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x15;
            found += isRefused(damaged) ? 1 : 0;
        }
        assertThat(found).as("flipped bits that were found").isGreaterThan(15);
        assertThat(other.texts(
                        "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"))
                .as("nothing was begun")
                .containsExactly("0");
        assertThatThrownBy(() -> BackupFile.open(directory.resolve("nowhere.zip")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("There is no file");
    }

    @Test
    void a_file_that_exists_is_kept_and_one_that_failed_leaves_nothing() throws Exception {
        Path file = Files.writeString(directory.resolve("mine.txt"), "mine");
        try (Backup backup = Backup.begin(database.migrations())) {
            assertThatThrownBy(() -> backup.write(file, "test", QUIET)).hasMessageContaining("mine.txt exists");
            assertThat(file).hasContent("mine");
            assertThatThrownBy(() -> backup.write(directory.resolve("half.zip"), "test", line -> {
                        throw new IllegalStateException("broken off");
                    }))
                    .hasMessageContaining("broken off");
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void a_backup_of_an_older_schema_is_migrated_forward_and_of_a_newer_one_refused() throws Exception {
        List<String> versions = new ArrayList<>(database.texts(
                "select version from flyway_schema_history where version is not null order by installed_rank"));
        String newest = versions.removeLast();
        database.migrations().undo(versions.getLast());
        insertOrganization(database);
        Path file = backUp(database);
        restore(file, false);
        assertThat(other.migrations().version()).contains(newest);
        assertThat(other.texts("select slug from organizations")).containsExactly("founded");
        isGreen();

        restore(file, true);
        assertThat(other.texts("select slug from organizations")).containsExactly("founded");
        isGreen();

        database.execute(
                "update flyway_schema_history set version = '999' where version = '" + versions.getLast() + "'");
        Path future = backUp(database);
        assertThatThrownBy(() -> restore(future, true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the schema 999")
                .hasMessageContaining("newer");
        assertThat(other.texts("select slug from organizations")).containsExactly("founded");
    }

    @Test
    void a_database_that_a_server_uses_is_left_alone() throws Exception {
        Path file = backUp(database);
        other.migrate();
        try (Connection server = other.asLogin()) {
            assertThat(server.isValid(1)).isTrue();
            assertThatThrownBy(() -> restore(file, true))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("A server uses this database")
                    .hasMessageContaining("Stop it");
        }
    }

    @Test
    void a_database_without_migrations_has_nothing_to_back_up() {
        assertThatThrownBy(() -> Backup.begin(other.migrations())).hasMessageContaining("nothing to back up");
    }

    private List<String> through(String snapshot) throws Exception {
        try (Connection connection = database.asSuperuser()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("set transaction isolation level repeatable read");
                statement.execute("set transaction snapshot '" + snapshot + "'");
            }
            return Contents.of(connection);
        }
    }

    private static void insertOrganization(TestDatabase database) {
        database.insertOrganization(
                UUID.randomUUID().toString(), UUID.randomUUID().toString());
    }

    private Path backUp(TestDatabase database) {
        Path file = directory.resolve(UUID.randomUUID() + ".zip");
        try (Backup backup = Backup.begin(database.migrations())) {
            backup.write(file, "test", QUIET);
        }
        return file;
    }

    private void restore(Path file, boolean overwrite) {
        restore(file, overwrite, QUIET);
    }

    private void restore(Path file, boolean overwrite, Consumer<String> progress) {
        try (BackupFile backup = BackupFile.open(file)) {
            new Restore(other.migrations(), other.account(), progress).run(backup, overwrite);
        }
        other.migrate();
    }

    private void refused(byte[] content, String name, String sentence) throws IOException {
        Path file = Files.write(directory.resolve(name), content);
        assertThatThrownBy(() -> restore(file, false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(sentence);
    }

    /** A bit that carries nothing, such as of a time stamp, may be another. */
    private boolean isRefused(byte[] content) throws IOException {
        Path file = Files.write(directory.resolve("damaged.zip"), content);
        try (BackupFile backup = BackupFile.open(file)) {
            backup.check(QUIET);
            return false;
        } catch (IllegalStateException refused) {
            assertThat(refused).hasMessageContaining("damaged.zip");
            return true;
        }
    }

    private void isGreen() {
        assertThat(Verification.run(other.migrations(), other.account()))
                .allSatisfy(
                        check -> assertThat(check.findings()).as(check.name()).isEmpty());
    }
}
