package dev.pulsegraph.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on a connection of its own, in a thread of its own, from when somebody first wants to hear until the node stops.
 * It sends itself a heartbeat: whatever is between here and PostgreSQL, a pooler too, a silence is noticed. Then, as after
 * any loss, it connects again and says that something may have been missed.
 */
final class ChangeListener {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeListener.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final long MIN_PAUSE = 100;
    private static final long MAX_PAUSE = 10_000;

    private final ChangeSource source;
    private final Consumer<String> heard;
    private final Runnable missed;
    private final String heartbeat = "heartbeat " + UUID.randomUUID();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable Thread thread;
    /** Whether it was said that nothing is heard. Belongs to the thread. */
    private boolean deaf;

    private @Nullable Connection current;

    /**
     * Makes a listener that does nothing yet.
     *
     * @param heard is given what was notified
     * @param missed is called whenever listening begins
     */
    ChangeListener(ChangeSource source, Consumer<String> heard, Runnable missed) {
        this.source = source;
        this.heard = heard;
        this.missed = missed;
    }

    synchronized void start() {
        if (thread == null && !isStopped()) {
            thread = Thread.ofPlatform().name("changes").daemon().start(this::run);
        }
    }

    synchronized void stop() {
        stopped.countDown();
        abort();
    }

    private void run() {
        long pause = MIN_PAUSE;
        while (!isStopped()) {
            long begin = System.nanoTime();
            try {
                listen();
            } catch (SQLException | RuntimeException | Error lost) {
                if (!isStopped() && !deaf) {
                    deaf = true;
                    LOG.warn("Notifications of other nodes are interrupted: {}", lost.toString());
                }
            } finally {
                abort();
            }
            boolean lasted = Duration.ofNanos(System.nanoTime() - begin).compareTo(HEARTBEAT) > 0;
            pause = lasted ? MIN_PAUSE : Math.min(MAX_PAUSE, 2 * pause);
            waitFor(pause / 2 + ThreadLocalRandom.current().nextLong(pause));
        }
    }

    private void listen() throws SQLException {
        PGConnection connection = source.connect();
        if (!keep((Connection) connection)) {
            return;
        }
        execute("listen pulsegraph_changes");
        missed.run();
        long next = System.nanoTime();
        boolean answered = true;
        while (!isStopped()) {
            long left = next - System.nanoTime();
            if (left <= 0) {
                if (!answered) {
                    throw new SQLException("no heartbeat for " + HEARTBEAT.toSeconds() + " s");
                }
                answered = false;
                execute("notify pulsegraph_changes, '" + heartbeat + "'");
                next = System.nanoTime() + HEARTBEAT.toNanos();
                left = HEARTBEAT.toNanos();
            }
            PGNotification[] notifications =
                    connection.getNotifications((int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
            for (PGNotification notification : notifications) {
                if (notification.getParameter().equals(heartbeat)) {
                    answered = true;
                    if (deaf) {
                        deaf = false;
                        LOG.info("Notifications of other nodes are received again");
                    }
                } else if (!notification.getParameter().startsWith("heartbeat ")) {
                    heard.accept(notification.getParameter());
                }
            }
        }
    }

    private void execute(String command) throws SQLException {
        Connection connection;
        synchronized (this) {
            connection = current;
        }
        if (connection == null) {
            throw new SQLException("stopped");
        }
        try (var statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private synchronized boolean keep(Connection connection) throws SQLException {
        current = connection;
        if (isStopped()) {
            abort();
            return false;
        }
        return true;
    }

    /** A connection that another thread reads from cannot be closed politely. */
    private synchronized void abort() {
        Connection connection = current;
        current = null;
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException alreadyGone) {
                LOG.debug("The connection for notifications was lost", alreadyGone);
            }
        }
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    private void waitFor(long milliseconds) {
        try {
            if (stopped.await(milliseconds, TimeUnit.MILLISECONDS)) {
                LOG.debug("The listener for notifications has ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped.countDown();
        }
    }
}
