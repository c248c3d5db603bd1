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
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
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
            assertThat(orphan.isAlive()).isFalse();
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
                connect(server, account).close();
            }
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
            assertThat(mode("database-password")).isEqualTo("rw-------");
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
        return DriverManager.getConnection(server.url(), account, server.password());
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
