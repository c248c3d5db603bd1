package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.support.ClassPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

@DisabledIf(
        value = "dev.pulsegraph.support.TestServer#hasVector",
        disabledReason = "an embedded server of its own, as in the other world")
class EmbeddedPostgresServerTest {
    /** Most tests go on with the data of the one before, as an installation would. */
    @TempDir
    static Path directory;

    @TempDir
    static Path unused;

    @Test
    void data_survives_a_stop_and_a_start() {
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            write(server, "before the stop");
            server.settled();
        }
        // A library below us would take data whose lock file is old for somebody's forgotten temporary files.
        assertThat(directory.resolve("postgres-17/epg-lock").toFile().setLastModified(0))
                .isTrue();
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            assertThat(server.isNew()).isFalse();
            assertThat(diary(server)).contains("before the stop");
        }
    }

    @Test
    void what_is_committed_is_on_the_disk() throws SQLException {
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            assertThat(setting(server, "fsync")).isEqualTo("on");
            assertThat(setting(server, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(server, "full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void a_second_start_on_the_same_data_is_refused_and_a_command_attaches() {
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            write(server, "still there");
            assertThatThrownBy(() -> EmbeddedPostgresServer.start(directory, true))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Another Pulsegraph uses the data in " + directory)
                    .hasMessageContaining("PULSEGRAPH_DATABASE_DATA_DIRECTORY");
            try (var attached = EmbeddedPostgresServer.attachOrStart(directory)) {
                assertThat(diary(attached)).contains("still there");
            }
            assertThat(diary(server)).as("after the command is done").contains("still there");
        }
    }

    @Test
    void data_survives_a_kill_of_its_server() throws Exception {
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            write(server, "before the kill");
            ProcessHandle postmaster = postmaster();
            postmaster.destroyForcibly();
            postmaster.onExit().get(20, TimeUnit.SECONDS);
        }
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            assertThat(diary(server)).contains("before the kill");
        }
    }

    @Test
    void data_survives_a_kill_of_the_whole_process_whose_server_is_left_behind() throws Exception {
        Process process = startProcess(directory);
        awaitReady(process);
        ProcessHandle orphan = postmaster();
        process.destroyForcibly().waitFor();
        assertThat(orphan.isAlive()).as("the orphan lives on").isTrue();
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            assertThat(EmbeddedPostgresProcess.isAlive(orphan)).isFalse();
            assertThat(postmaster().pid()).isNotEqualTo(orphan.pid());
            assertThat(diary(server)).contains("committed before the kill");
        }
    }

    @Test
    void an_orphan_that_still_has_clients_is_stopped_too() throws Exception {
        Process process = startProcess(directory);
        awaitReady(process);
        List<String> pidFile = Files.readAllLines(directory.resolve("postgres-17/postmaster.pid"));
        String password =
                Files.readString(directory.resolve("database-password")).strip();
        try (Connection client = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + pidFile.get(3) + "/pulsegraph", "postgres", password)) {
            process.destroyForcibly().waitFor();
            try (var server = EmbeddedPostgresServer.start(directory, true)) {
                assertThat(diary(server)).contains("committed before the kill");
            }
            assertThat(client.isValid(1)).isFalse();
        }
    }

    @Test
    void a_termination_takes_the_server_along() throws Exception {
        Process process = startProcess(directory);
        awaitReady(process);
        ProcessHandle postmaster = postmaster();
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        postmaster.onExit().get(5, TimeUnit.SECONDS);
        assertThat(directory.resolve("postgres-17/postmaster.pid")).doesNotExist();
    }

    @Test
    void a_termination_in_the_middle_of_the_first_start_leaves_nothing_running_and_nothing_broken() throws Exception {
        Path fresh = fresh("terminated");
        Process process = startProcess(fresh);
        Path pidFile = fresh.resolve("postgres-17/postmaster.pid");
        await(process, pidFile);
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(pidFile).doesNotExist();
        try (var server = EmbeddedPostgresServer.start(fresh, true)) {
            write(server, "works");
            assertThat(diary(server)).contains("works");
        }
    }

    @Test
    void a_kill_in_the_middle_of_the_first_start_leaves_nothing_broken() throws Exception {
        Path fresh = fresh("killed");
        Process process = startProcess(fresh);
        await(process, fresh.resolve("postgres-17/PG_VERSION"));
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly().waitFor();
        for (ProcessHandle child : children) {
            child.onExit().get(60, TimeUnit.SECONDS);
        }
        try (var server = EmbeddedPostgresServer.start(fresh, true)) {
            assertThat(server.isNew()).isTrue();
            write(server, "works");
            assertThat(diary(server)).containsExactly("works");
        }
    }

    @Test
    void a_process_that_inherited_the_number_of_a_dead_server_is_left_alone() throws Exception {
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            write(server, "before");
        }
        Files.writeString(
                directory.resolve("postgres-17/postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + directory + "\n");
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            assertThat(diary(server)).contains("before");
        }
    }

    @Test
    void it_asks_for_a_password_and_listens_on_loopback_only() throws Exception {
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            for (String account : List.of("postgres", EmbeddedPostgresServer.OWNER)) {
                refused(server, account, null);
                refused(server, account, "wrong");
                refused(server, account, "postgres");
                refused(server, account, server.password(EmbeddedPostgresServer.LOGIN));
                connect(server, account).close();
            }
            refused(server, EmbeddedPostgresServer.OWNER, server.password());
            refused(server, "postgres", server.password(EmbeddedPostgresServer.OWNER));
            assertThat(texts(server, "select distinct auth_method from pg_hba_file_rules"))
                    .containsExactly("scram-sha-256");
            assertThat(setting(server, "listen_addresses")).isEqualTo("127.0.0.1");
            int port = Integer.parseInt(setting(server, "port"));
            for (InetAddress address : otherAddresses()) {
                try (var socket = new Socket()) {
                    assertThatThrownBy(() -> socket.connect(new InetSocketAddress(address, port), 1000))
                            .as("%s", address)
                            .isInstanceOf(IOException.class);
                }
            }
        }
    }

    @Test
    void its_files_are_its_owners_alone() throws IOException {
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            assertThat(server.password()).matches("[A-Za-z0-9_-]{64}");
            for (String file : List.of("database-password", "database-owner-password", "database-login-password")) {
                assertThat(mode(file)).as(file).isEqualTo("rw-------");
            }
            assertThat(List.of(
                            server.password(),
                            server.password(EmbeddedPostgresServer.OWNER),
                            server.password(EmbeddedPostgresServer.LOGIN)))
                    .doesNotHaveDuplicates();
            assertThat(mode("postgres-17.log")).isEqualTo("rw-------");
            assertThat(mode("postgres-17")).isEqualTo("rwx------");
            assertThat(mode("postgres-17/postmaster.pid")).isEqualTo("rw-------");
            assertThat(mode("postgres-17/base")).isEqualTo("rwx------");
            assertThat(mode("postgres-binaries")).isEqualTo("rwx------");
        }
    }

    /** In a process of its own: within one, all servers run the programs that the first of them has unpacked. */
    @Test
    void its_programs_are_its_owners_alone_whatever_they_were() throws Exception {
        Path programs = directory.resolve("postgres-binaries");
        Files.createDirectories(programs);
        Files.setPosixFilePermissions(programs, PosixFilePermissions.fromString("rwxrwxrwx"));
        Process process = startProcess(directory);
        try {
            awaitReady(process);
            assertThat(mode("postgres-binaries")).isEqualTo("rwx------");
            try (Stream<Path> unpacked = Files.list(programs)) {
                assertThat(unpacked.filter(Files::isDirectory).toList())
                        .isNotEmpty()
                        .allSatisfy(top -> assertThat(mode("postgres-binaries/" + top.getFileName()))
                                .isEqualTo("rwx------"));
            }
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    /** As versions made it that had one password for all. */
    @Test
    void accounts_that_share_a_password_get_their_own() throws Exception {
        Path shared = fresh("shared");
        try (var server = EmbeddedPostgresServer.start(shared, true)) {
            write(server, "before");
            server.executeAsSuperuser("postgres", "create role pulsegraph_login login");
            for (String account : List.of(EmbeddedPostgresServer.OWNER, EmbeddedPostgresServer.LOGIN)) {
                server.setPassword(account, server.password());
            }
        }
        Files.delete(shared.resolve("database-owner-password"));
        Files.delete(shared.resolve("database-login-password"));
        for (int start = 0; start < 2; start++) {
            try (var server = EmbeddedPostgresServer.start(shared, true)) {
                assertThat(List.of(
                                server.password(),
                                server.password(EmbeddedPostgresServer.OWNER),
                                server.password(EmbeddedPostgresServer.LOGIN)))
                        .doesNotHaveDuplicates();
                for (String account : List.of(EmbeddedPostgresServer.OWNER, EmbeddedPostgresServer.LOGIN)) {
                    refused(server, account, server.password());
                }
                DriverManager.getConnection(
                                server.url(),
                                EmbeddedPostgresServer.LOGIN,
                                server.password(EmbeddedPostgresServer.LOGIN))
                        .close();
                connect(server, EmbeddedPostgresServer.OWNER).close();
                assertThat(diary(server)).containsExactly("before");
            }
        }
    }

    @Test
    void data_without_its_password_gets_no_other_and_starts_when_it_is_back() throws Exception {
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            write(server, "kept");
        }
        Path password = directory.resolve("database-password");
        Path aside = directory.resolve("aside");
        Files.move(password, aside);
        assertThatThrownBy(() -> EmbeddedPostgresServer.start(directory, true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(password + " is missing. Put it back");
        assertThat(password).doesNotExist();
        Files.writeString(password, "");
        assertThatThrownBy(() -> EmbeddedPostgresServer.start(directory, true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(password + " is empty");
        Files.writeString(password, "another");
        long begin = System.nanoTime();
        assertThatThrownBy(() -> EmbeddedPostgresServer.start(directory, true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("password authentication failed for user \"postgres\"");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        assertThat(directory.resolve("postgres-17/postmaster.pid")).doesNotExist();
        Files.move(aside, password, StandardCopyOption.REPLACE_EXISTING);
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            assertThat(diary(server)).contains("kept");
        }
    }

    @Test
    void a_pid_file_that_is_empty_or_of_nobody_does_not_keep_it_from_starting() throws Exception {
        Path pidFile = directory.resolve("postgres-17/postmaster.pid");
        Process over = new ProcessBuilder("true").start();
        over.waitFor();
        for (String content : List.of("", "\n", "no number", over.pid() + "\n" + directory + "\n", "99999999999")) {
            try (var server = EmbeddedPostgresServer.start(directory, true)) {
                write(server, "before");
            }
            Files.writeString(pidFile, content);
            try (var server = EmbeddedPostgresServer.start(directory, true)) {
                assertThat(diary(server)).as(content).contains("before");
            }
        }
    }

    /** Its number is that of another PostgreSQL, which is none of ours. */
    @Test
    void a_postgresql_of_other_data_is_left_alone() throws Exception {
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            write(server, "before");
        }
        Path others = fresh("others");
        try (var other = EmbeddedPostgresServer.start(others, true)) {
            write(other, "theirs");
            Files.copy(others.resolve("postgres-17/postmaster.pid"), directory.resolve("postgres-17/postmaster.pid"));
            try (var server = EmbeddedPostgresServer.start(directory, true)) {
                assertThat(diary(server)).contains("before");
                assertThat(diary(other)).containsExactly("theirs");
            }
            assertThat(diary(other)).containsExactly("theirs");
        }
    }

    @Test
    void a_server_whose_number_was_lost_is_stopped_before_another_starts() throws Exception {
        Process process = startProcess(directory);
        awaitReady(process);
        ProcessHandle orphan = postmaster();
        process.destroyForcibly().waitFor();
        Files.writeString(directory.resolve("postgres-17/postmaster.pid"), "");
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            assertThat(EmbeddedPostgresProcess.isAlive(orphan)).isFalse();
            assertThat(diary(server)).contains("committed before the kill");
        }
    }

    @Test
    void what_postgresql_says_is_told_at_once() throws Exception {
        Path broken = fresh("broken");
        EmbeddedPostgresServer.start(broken, true).close();
        Path settings = broken.resolve("postgres-17/postgresql.conf");
        String good = Files.readString(settings);
        Files.writeString(settings, good + "\nno_such_setting = 1\n");
        long begin = System.nanoTime();
        assertThatThrownBy(() -> EmbeddedPostgresServer.start(broken, true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("did not start in " + broken)
                .hasMessageContaining("no_such_setting");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        Files.writeString(settings, good);
        EmbeddedPostgresServer.start(broken, true).close();
    }

    @Test
    void it_is_new_until_somebody_says_that_it_is_in_use() throws Exception {
        Path first = fresh("first");
        for (int start = 0; start < 2; start++) {
            try (var server = EmbeddedPostgresServer.start(first, true)) {
                assertThat(server.isNew()).isTrue();
            }
        }
        try (var server = EmbeddedPostgresServer.start(first, true)) {
            server.settled();
            assertThat(server.isNew()).isFalse();
        }
        try (var server = EmbeddedPostgresServer.start(first, true)) {
            assertThat(server.isNew()).isFalse();
        }
    }

    @Test
    void one_that_is_killed_is_started_again_at_its_port_whatever_its_children_do() throws Exception {
        try (var server = EmbeddedPostgresServer.start(directory, true)) {
            List<String> gaveUp = new ArrayList<>();
            server.supervise(Duration.ofMinutes(1), () -> gaveUp.add("gave up"));
            write(server, "before the kills");
            for (int kill = 0; kill < 3; kill++) {
                try (Connection busy = connect(server, "postgres")) {
                    Thread.ofVirtual().start(() -> {
                        try (var statement = busy.createStatement()) {
                            // Does not look whether its parent lives.
                            statement.execute("select count(*) from generate_series(1, 100000000) n");
                        } catch (SQLException ended) {
                            Thread.currentThread().interrupt();
                        }
                    });
                    ProcessHandle postmaster = postmaster();
                    postmaster.destroyForcibly();
                    while (EmbeddedPostgresProcess.isAlive(postmaster)) {
                        Thread.sleep(10);
                    }
                    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                    while (true) {
                        try {
                            assertThat(texts(server, "select entry from diary")).contains("before the kills");
                            break;
                        } catch (SQLException away) {
                            assertThat(System.nanoTime()).isLessThan(deadline);
                            Thread.sleep(100);
                        }
                    }
                    assertThat(postmaster().pid()).isNotEqualTo(postmaster.pid());
                }
            }
            assertThat(setting(server, "fsync")).as("as it was started").isEqualTo("on");
            assertThat(gaveUp).isEmpty();
        }
        assertThat(directory.resolve("postgres-17/postmaster.pid")).doesNotExist();
    }

    @Test
    void data_that_cannot_be_reached_is_told_in_a_sentence() throws IOException {
        Path file = Files.writeString(unused.resolve("a-file"), "");
        assertThatThrownBy(() -> EmbeddedPostgresServer.start(file, true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("did not start")
                .hasMessageContaining("DATASOURCES_DEFAULT_URL");
    }

    private static String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
    }

    /** A place without data, but with the programs of the server when they have been unpacked. */
    private static Path fresh(String name) throws IOException {
        Path fresh = Files.createDirectory(unused.resolve(name));
        Path programs = directory.resolve("postgres-binaries");
        if (Files.exists(programs)) {
            Files.createSymbolicLink(fresh.resolve("postgres-binaries"), programs);
        }
        return fresh;
    }

    private static Process startProcess(Path directory) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        ClassPath.ofTests(),
                        EmbeddedServerMain.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void awaitReady(Process process) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line;
        do {
            line = lines.readLine();
            assertThat(line).as("output of the process").isNotNull();
        } while (!"ready".equals(line));
    }

    private static void await(Process process, Path file) {
        while (!Files.exists(file)) {
            assertThat(process.isAlive()).as("waiting for " + file).isTrue();
            Thread.onSpinWait();
        }
    }

    private static ProcessHandle postmaster() throws IOException {
        String pid = Files.readAllLines(directory.resolve("postgres-17/postmaster.pid"))
                .getFirst();
        return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
    }

    private static void write(EmbeddedPostgresServer server, String entry) {
        server.executeAsSuperuser("pulsegraph", "create table if not exists diary (entry text)");
        server.executeAsSuperuser("pulsegraph", "insert into diary values ('" + entry + "')");
    }

    private static List<String> diary(EmbeddedPostgresServer server) {
        try {
            return texts(server, "select entry from diary");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String setting(EmbeddedPostgresServer server, String name) throws SQLException {
        return texts(server, "select current_setting('" + name + "')").getFirst();
    }

    private static List<String> texts(EmbeddedPostgresServer server, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (var connection = connect(server, "postgres");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    private static Connection connect(EmbeddedPostgresServer server, String account) throws SQLException {
        return DriverManager.getConnection(server.url(), account, server.password(account));
    }

    private static void refused(EmbeddedPostgresServer server, String account, @Nullable String password) {
        assertThatThrownBy(() -> DriverManager.getConnection(server.url(), account, password)
                        .close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password");
    }

    private static List<InetAddress> otherAddresses() throws IOException {
        try (Stream<NetworkInterface> interfaces = NetworkInterface.networkInterfaces()) {
            return interfaces
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .toList();
        }
    }
}
