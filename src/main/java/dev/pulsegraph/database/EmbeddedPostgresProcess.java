package dev.pulsegraph.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of the embedded PostgreSQL. However this process ends, but for kill -9, they end with it, even in the
 * middle of their start; what a kill -9 left behind, the next start stops.
 */
final class EmbeddedPostgresProcess {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgresProcess.class);
    private static final Duration GLANCE = Duration.ofMillis(100);
    /** Children of a server that was killed notice that themselves, unless they are busy. */
    private static final Duration ORPHANS_LEAVE = Duration.ofSeconds(10);

    private static final Duration STOPS = Duration.ofSeconds(60);

    private final Path data;
    private final EmbeddedPostgresLog log;
    private final Thread atExit = new Thread(this::stopAtExit, "stop-postgresql");
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Duration timeout = Duration.ZERO;
    private volatile boolean ending;
    private @Nullable EmbeddedPostgres server;

    EmbeddedPostgresProcess(Path data) {
        this.data = data;
        this.log = new EmbeddedPostgresLog(data.resolveSibling(data.getFileName() + ".log"));
    }

    /** Starts PostgreSQL and answers its port. An end of this process waits for the start, and then stops it. */
    synchronized int start(EmbeddedPostgres.Builder builder) throws IOException {
        Runtime.getRuntime().addShutdownHook(atExit);
        log.begin();
        try {
            EmbeddedPostgres started = startWatched(builder.setOutputRedirector(log.redirect()));
            server = started;
            return started.getPort();
        } catch (IOException | RuntimeException e) {
            stopOrphan();
            String words = log.lastWords();
            if (words.isEmpty()) {
                throw e;
            }
            throw new IOException("PostgreSQL says \"" + words + "\"", e);
        }
    }

    /** The library waits for a server to answer whether or not there is one; who gave up is not waited for. */
    private EmbeddedPostgres startWatched(EmbeddedPostgres.Builder builder) throws IOException {
        Thread starter = Thread.currentThread();
        CountDownLatch done = new CountDownLatch(1);
        Thread watcher = Thread.ofPlatform().name("watch-postgresql").daemon().start(() -> {
            try {
                while (!done.await(GLANCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    if (log.isStarting() && (ending || log.saysNo())) {
                        starter.interrupt();
                        return;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        EmbeddedPostgres started;
        try {
            started = builder.start();
        } finally {
            done.countDown();
            join(watcher);
        }
        if (Thread.interrupted()) {
            started.close();
            throw new IOException("PostgreSQL did not start");
        }
        return started;
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Starts PostgreSQL, which ended by itself, as it was started before, at the same port. PostgreSQL's own tool knows how
     * that was.
     */
    synchronized void restart(Duration longest) throws IOException {
        if (server == null || running().isPresent()) {
            return;
        }
        endOrphans();
        Files.deleteIfExists(pidFile());
        log.begin();
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            // PostgreSQL does not run as root.
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(
                programs().resolve("pg_ctl").toString(),
                "-D",
                data.toString(),
                "-w",
                "-t",
                Long.toString(longest.toSeconds()),
                "restart"));
        Process starting = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.redirect())
                .start();
        try {
            while (!starting.waitFor(GLANCE.toMillis(), TimeUnit.MILLISECONDS)) {
                if (ending && Files.exists(pidFile())) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting PostgreSQL", e);
        }
        if (starting.exitValue() != 0 && running().isEmpty()) {
            String words = log.lastWords();
            throw new IOException(words.isEmpty() ? "PostgreSQL did not start" : words);
        }
    }

    /** Where the programs are, of which the server's own options tell. */
    private Path programs() throws IOException {
        String options = Files.readString(data.resolve("postmaster.opts"));
        int end = options.indexOf(" \"");
        return Path.of(end < 0 ? options.strip() : options.substring(0, end)).resolveSibling("");
    }

    /** The server that runs with this data; whatever else its number is of now is none. */
    Optional<ProcessHandle> running() {
        return named().filter(this::isOurs);
    }

    void stopAtExitAfter(Duration duration) {
        timeout = duration;
    }

    private void stopAtExit() {
        try {
            if (!stopped.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop();
        }
    }

    void stop() {
        ending = true;
        stopStarted();
    }

    private synchronized void stopStarted() {
        EmbeddedPostgres running = server;
        server = null;
        if (running == null) {
            return;
        }
        try {
            running.close();
            // The library only logs that its server would not stop.
            stopOrphan();
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

    /**
     * Stops the server that a run left behind, and takes away what would keep another from starting. The caller holds the
     * lock of the data, so a server that runs there is nobody else's.
     */
    void stopOrphan() throws IOException {
        if (!Files.exists(pidFile())) {
            return;
        }
        Optional<ProcessHandle> orphan = running();
        if (orphan.isPresent()) {
            LOG.info(
                    "Stopping PostgreSQL (pid {}) left behind by a run that was killed",
                    orphan.get().pid());
            stop(orphan.get());
        } else {
            endOrphans();
        }
        // It is empty, or its number went to some other program, or to nobody; PostgreSQL would not start beside it.
        Files.deleteIfExists(pidFile());
    }

    /** Ends the children of a server that was killed: while they have its memory, another cannot start. */
    private void endOrphans() throws IOException {
        List<ProcessHandle> orphans = ProcessHandle.allProcesses()
                .filter(process -> isPostgres(process) && isIn(process))
                .toList();
        for (ProcessHandle orphan : orphans) {
            // Should there be a server whose number was lost, it stops in good order, and they with it.
            interrupt(orphan);
        }
        long deadline = System.nanoTime() + ORPHANS_LEAVE.toNanos();
        for (ProcessHandle orphan : orphans) {
            if (!awaitEnd(orphan, Duration.ofNanos(deadline - System.nanoTime()))) {
                LOG.info("Ending pid {}, left behind by a PostgreSQL that was killed", orphan.pid());
                orphan.destroyForcibly();
                awaitEnd(orphan, ORPHANS_LEAVE);
            }
        }
    }

    private Path pidFile() {
        return data.resolve("postmaster.pid");
    }

    private Optional<ProcessHandle> named() {
        try {
            return Files.readAllLines(pidFile()).stream()
                    .findFirst()
                    .map(String::strip)
                    .filter(line -> line.matches("\\d{1,10}"))
                    .flatMap(line -> ProcessHandle.of(Long.parseLong(line)));
        } catch (IOException noneOrUnreadable) {
            return Optional.empty();
        }
    }

    private boolean isOurs(ProcessHandle process) {
        return isAlive(process) && isPostgres(process) && (isIn(process) || !Files.exists(Path.of("/proc/self/cwd")));
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .filter(command -> command.endsWith("/postgres"))
                .isPresent();
    }

    /** PostgreSQL works in its data directory. Where the system does not tell, nobody does. */
    private boolean isIn(ProcessHandle process) {
        try {
            return Files.isSameFile(Path.of("/proc/" + process.pid() + "/cwd"), data);
        } catch (IOException unknown) {
            return false;
        }
    }

    /** A process that ended is still there until its parent asked how; in a container, that may be nobody. */
    static boolean isAlive(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            String status = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return !status.substring(status.lastIndexOf(')') + 1).strip().startsWith("Z");
        } catch (IOException unknown) {
            return process.isAlive();
        }
    }

    private static boolean awaitEnd(ProcessHandle process, Duration longest) throws IOException {
        long deadline = System.nanoTime() + longest.toNanos();
        while (isAlive(process)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                Thread.sleep(GLANCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while PostgreSQL ends", e);
            }
        }
        return true;
    }

    private static void stop(ProcessHandle postmaster) throws IOException {
        interrupt(postmaster);
        if (!awaitEnd(postmaster, STOPS)) {
            throw new IOException("PostgreSQL with pid " + postmaster.pid() + " does not stop");
        }
    }

    /** SIGINT is its fast shutdown; SIGTERM would wait for clients to leave. Java itself cannot send it. */
    private static void interrupt(ProcessHandle process) throws IOException {
        try {
            new ProcessBuilder("sh", "-c", "kill -INT " + process.pid())
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while stopping PostgreSQL", e);
        }
    }
}
