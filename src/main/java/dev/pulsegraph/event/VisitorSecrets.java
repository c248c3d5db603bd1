package dev.pulsegraph.event;

import dev.pulsegraph.database.OperationTransaction;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The secrets of days, which all nodes share by way of the database. Each forgets them after a minute and asks again, so that
 * nodes agree again soon after the database lost one, and none knows for long what was deleted.
 */
@Singleton
class VisitorSecrets implements DailyVisitors.Secrets {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final long MAX_AGE = Duration.ofMinutes(1).toNanos();

    private final VisitorSecretRepository repository;
    private final OperationTransaction transaction;
    private final Map<LocalDate, Known> secrets = new ConcurrentHashMap<>();
    private final ReentrantLock reading = new ReentrantLock();

    VisitorSecrets(VisitorSecretRepository repository, OperationTransaction transaction) {
        this.repository = repository;
        this.transaction = transaction;
    }

    @Override
    public byte[] of(LocalDate day) {
        Known known = secrets.get(day);
        if (known == null) {
            return read(day);
        }
        if (!known.isOld() || !reading.tryLock()) {
            return known.secret;
        }
        try {
            return read(day);
        } finally {
            reading.unlock();
        }
    }

    /** In a transaction of its own: nobody uses a secret before it is committed. */
    private byte[] read(LocalDate day) {
        String secret = transaction.asWorker(TIMEOUT, () -> repository.findOrCreate(day));
        var known = new Known(HexFormat.of().parseHex(secret), System.nanoTime());
        secrets.put(day, known);
        secrets.values().removeIf(Known::isOld);
        return known.secret;
    }

    private static final class Known {
        private final byte[] secret;
        private final long readAt;

        Known(byte[] secret, long readAt) {
            this.secret = secret;
            this.readAt = readAt;
        }

        boolean isOld() {
            return System.nanoTime() - readAt >= MAX_AGE;
        }
    }
}
