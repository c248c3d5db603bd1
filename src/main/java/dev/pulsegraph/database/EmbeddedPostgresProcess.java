package dev.pulsegraph.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of the embedded PostgreSQL. However this process ends, but for kill -9, they end with it, even in the
 * middle of their start; what a kill -9 left behind, the next start stops.
 */
final class EmbeddedPostgresProcess {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgresProcess.class);

    private final Path data;
    private final Thread atExit = new Thread(this::stopAtExit, "stop-postgresql");
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Duration patience = Duration.ZERO;
    private @Nullable EmbeddedPostgres server;

    EmbeddedPostgresProcess(Path data) {
        this.data = data;
    }

    /** Starts PostgreSQL and answers its port. An end of this process waits for the start, and then stops it. */
    synchronized int start(EmbeddedPostgres.Builder builder) throws IOException {
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            EmbeddedPostgres started = builder.start();
            server = started;
            return started.getPort();
        } catch (IOException | RuntimeException e) {
            stopOrphan();
            throw e;
        }
    }

    void stopAtExitAfter(Duration duration) {
        patience = duration;
    }

    private void stopAtExit() {
        try {
            if (!stopped.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop();
        }
    }

    synchronized void stop() {
        EmbeddedPostgres running = server;
        server = null;
        if (running == null) {
            return;
        }
        try {
            running.close();
        } catch (IOException e) {
            LOG.warn("While stopping the embedded PostgreSQL: {}", e.toString());
        }
        stopped.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException thisIsTheExit) {
            LOG.debug("PostgreSQL was stopped at the exit");
        }
    }

    /** The caller holds the lock of the data, so a server that runs there is nobody else's. */
    void stopOrphan() throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        Optional<ProcessHandle> named = Files.readAllLines(pidFile).stream()
                .findFirst()
                .map(String::strip)
                .filter(line -> line.matches("\\d{1,10}"))
                .flatMap(line -> ProcessHandle.of(Long.parseLong(line)));
        if (named.isEmpty()) {
            return; // PostgreSQL itself sees that its file is stale, and whether any of its children still runs
        }
        if (named.get()
                .info()
                .command()
                .filter(command -> command.endsWith("/postgres"))
                .isPresent()) {
            LOG.info(
                    "Stopping PostgreSQL (pid {}) left behind by a run that was killed",
                    named.get().pid());
            stop(named.get());
        } else {
            // The number went to some other program, which would keep PostgreSQL from starting.
            Files.deleteIfExists(pidFile);
        }
    }

    /** SIGINT is its fast shutdown; SIGTERM would wait for clients to leave. Java itself cannot send it. */
    private static void stop(ProcessHandle postmaster) throws IOException {
        try {
            new ProcessBuilder("sh", "-c", "kill -INT " + postmaster.pid())
                    .start()
                    .waitFor();
            postmaster.onExit().get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException stubborn) {
            throw new IOException("PostgreSQL with pid " + postmaster.pid() + " does not stop", stubborn);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while stopping PostgreSQL", e);
        }
    }
}
