package dev.pulsegraph.database;

import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the embedded PostgreSQL again when it ended by itself, killed or for want of room on the disk. After some time
 * without one that stays it gives up.
 */
final class EmbeddedPostgresSupervisor {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgresSupervisor.class);
    private static final Duration GLANCE = Duration.ofMillis(200);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);
    /** Whoever ends sooner has not recovered. */
    private static final Duration STAYS = Duration.ofMinutes(1);

    private final EmbeddedPostgresProcess process;
    private final Duration timeout;
    private final Runnable giveUp;
    private final CountDownLatch stopped = new CountDownLatch(1);

    EmbeddedPostgresSupervisor(EmbeddedPostgresProcess process, Duration timeout, Runnable giveUp) {
        this.process = process;
        this.timeout = timeout;
        this.giveUp = giveUp;
    }

    void start() {
        Thread.ofPlatform().name("supervise-postgresql").daemon().start(this::run);
    }

    void stop() {
        stopped.countDown();
    }

    private void run() {
        while (!isStoppedWithin(GLANCE)) {
            if (process.running().isEmpty() && !restart()) {
                LOG.error("PostgreSQL did not stay up for {}: stopping this server", timeout);
                giveUp.run();
                return;
            }
        }
    }

    /** Answers whether it runs again, or is not to; each attempt comes later than the one before. */
    private boolean restart() {
        LOG.warn("PostgreSQL has ended unexpectedly; restarting it");
        long begin = System.nanoTime();
        Duration pause = FIRST_PAUSE;
        while (true) {
            String why;
            try {
                process.restart(timeout);
                LOG.info(
                        "PostgreSQL is back after {}",
                        Duration.ofNanos(System.nanoTime() - begin).truncatedTo(ChronoUnit.MILLIS));
                if (stays()) {
                    return true;
                }
                why = "It ended again";
            } catch (IOException | RuntimeException e) {
                why = String.valueOf(e.getMessage());
            }
            if (System.nanoTime() - begin > timeout.toNanos()) {
                return false;
            }
            LOG.warn("PostgreSQL is not running; restarting it in {}: {}", pause, why);
            if (isStoppedWithin(pause)) {
                return true;
            }
            pause = pause.multipliedBy(2).compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause.multipliedBy(2);
        }
    }

    private boolean stays() {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < STAYS.toNanos()) {
            if (process.running().isEmpty()) {
                return false;
            }
            if (isStoppedWithin(GLANCE)) {
                return true;
            }
        }
        return true;
    }

    private boolean isStoppedWithin(Duration time) {
        try {
            return stopped.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
