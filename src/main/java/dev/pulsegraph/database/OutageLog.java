package dev.pulsegraph.database;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of a database that does not serve: once a minute, with a count, however many requests find out. */
final class OutageLog {
    private static final Logger LOG = LoggerFactory.getLogger(OutageLog.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final LongSupplier nanoTime;
    private boolean told;
    private long toldAt;
    private long untold;

    OutageLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void note(String what, Throwable why) {
        long now = nanoTime.getAsLong();
        if (told && now - toldAt < PAUSE.toNanos()) {
            untold++;
            return;
        }
        if (untold == 0) {
            LOG.warn("{}: {}", what, why.toString());
        } else {
            LOG.warn("{}; {} more requests failed likewise since the last line: {}", what, untold, why.toString());
        }
        told = true;
        toldAt = now;
        untold = 0;
    }
}
