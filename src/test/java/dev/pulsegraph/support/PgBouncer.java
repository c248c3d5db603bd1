package dev.pulsegraph.support;

import dev.pulsegraph.database.PostgresServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PgBouncer in transaction mode before the database server of the tests. */
public final class PgBouncer implements AutoCloseable {
    private final Process process;
    private final int port;

    private PgBouncer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Whether there is one here, or has to be. */
    public static boolean isExpected() {
        return "required".equals(System.getProperty("pgbouncer"))
                || Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "pgbouncer")));
    }

    /**
     * Starts one that knows the login and the owner of all tests.
     *
     * @param settings lines in place of the one that lets the JDBC driver in
     */
    public static PgBouncer start(List<String> logins, String... settings) {
        try {
            PostgresServer server = TestServer.shared();
            int port;
            try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            List<String> command = new ArrayList<>(List.of(
                    ".ci/pgbouncer",
                    "" + URI.create(server.url().substring("jdbc:".length())).getPort(),
                    "" + port));
            command.addAll(List.of(settings));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var accounts = process.getOutputStream()) {
                for (String name : Stream.concat(logins.stream(), Stream.of(PostgresServer.LOGIN, PostgresServer.OWNER))
                        .toList()) {
                    accounts.write(
                            ("\"" + name + "\" \"" + server.password(name) + "\"\n").getBytes(StandardCharsets.UTF_8));
                }
            }
            var started = new PgBouncer(process, port);
            started.awaitStart();
            return started;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("PgBouncer does not start", e);
        }
    }

    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private void awaitStart() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException notYet) {
                if (System.nanoTime() > deadline || process.waitFor(20, TimeUnit.MILLISECONDS)) {
                    close();
                    throw notYet;
                }
            }
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
