package dev.pulsegraph.database;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.security.KeyOrganizations;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who has a connection next, so that nobody is kept waiting by what others ask. Whoever has fewest operations running comes
 * first; a caller, an organization by its keys, and heavy operations all together have only so many at once. Whoever would
 * wait for longer than is any use is told so at once.
 */
@Singleton
public class ConnectionShares {
    private static final Duration BACKGROUND_TIMEOUT = Duration.ofMinutes(1);
    /** By how much the newest operation changes how long operations are believed to take. */
    private static final double NEWEST_WEIGHT = 0.1;
    /** Up to so many waiting for each that runs, nobody is refused for what is believed. */
    private static final int SHORT_QUEUE = 8;

    private final ShareSettings settings;
    private final KeyOrganizations keys;
    private final int maxRunning;
    private final int maxHeavy;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Holder> holders = new HashMap<>();
    private final Map<UUID, Integer> organizations = new HashMap<>();
    private final List<Turn> waiting = new ArrayList<>();
    private int running;
    private int runningHeavy;
    private double nanosOfLight;
    private double nanosOfHeavy;

    ConnectionShares(
            ShareSettings settings,
            KeyOrganizations keys,
            MeterRegistry meters,
            @Property(name = "datasources.default.maximum-pool-size", defaultValue = "8") int poolSize) {
        this.settings = settings;
        this.keys = keys;
        this.maxRunning = Math.max(1, poolSize - 1);
        this.maxHeavy = Math.min(maxRunning, settings.heavyOperations());
        Gauge.builder("pulsegraph.shares.running", this, ConnectionShares::running)
                .description("Operations that have a connection")
                .register(meters);
        Gauge.builder("pulsegraph.shares.waiting", this, ConnectionShares::waiting)
                .description("Operations that wait for their turn")
                .register(meters);
    }

    /** Does something when it is its turn. RATE_LIMITED or UNAVAILABLE when that is not soon. */
    <T> T take(Credentials credentials, Demand demand, Supplier<T> work) {
        Turn turn = enter(credentials, demand);
        long begin = System.nanoTime();
        try {
            return work.get();
        } finally {
            leave(turn, System.nanoTime() - begin);
        }
    }

    private Turn enter(Credentials credentials, Demand demand) {
        Turn turn;
        lock.lock();
        try {
            Holder holder = holders.computeIfAbsent(credentials.label(), any -> new Holder());
            turn = new Turn(credentials.label(), holder, keys.find(credentials), demand.heavy());
            waiting.add(turn);
            holder.waiting++;
            beginNext();
            if (!turn.begun && !demand.patient()) {
                rejectHopeless(turn);
            }
        } finally {
            lock.unlock();
        }
        return await(turn, demand.patient() ? BACKGROUND_TIMEOUT : settings.queueTimeout());
    }

    private Turn await(Turn turn, Duration timeout) {
        boolean begun = false;
        try {
            begun = turn.signal.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (begun) {
            return turn;
        }
        lock.lock();
        try {
            if (!turn.begun) {
                throw rejection(turn);
            }
            return turn;
        } finally {
            lock.unlock();
        }
    }

    private void leave(Turn turn, long nanos) {
        lock.lock();
        try {
            running--;
            turn.holder.running--;
            if (turn.organization != null) {
                organizations.computeIfPresent(
                        turn.organization, (id, count) -> count == 1 ? null : Integer.valueOf(count - 1));
            }
            if (turn.heavy) {
                runningHeavy--;
                nanosOfHeavy += NEWEST_WEIGHT * (nanos - nanosOfHeavy);
            } else {
                nanosOfLight += NEWEST_WEIGHT * (nanos - nanosOfLight);
            }
            forget(turn);
            beginNext();
        } finally {
            lock.unlock();
        }
    }

    /** Lets those begin whose turn it is: of all that may, whoever has fewest running, and of these who came first. */
    private void beginNext() {
        while (running < maxRunning) {
            Turn next = null;
            for (Turn turn : waiting) {
                if ((next == null || turn.holder.running < next.holder.running) && mayBegin(turn)) {
                    next = turn;
                }
            }
            if (next == null) {
                return;
            }
            begin(next);
        }
    }

    private boolean mayBegin(Turn turn) {
        return !isAtOwnBound(turn) && (!turn.heavy || runningHeavy < maxHeavy);
    }

    private boolean isAtOwnBound(Turn turn) {
        return turn.holder.running >= settings.callerOperations()
                || (turn.organization != null
                        && organizations.getOrDefault(turn.organization, 0) >= settings.organizationOperations());
    }

    private void begin(Turn turn) {
        waiting.remove(turn);
        turn.holder.waiting--;
        turn.holder.running++;
        running++;
        if (turn.organization != null) {
            organizations.merge(turn.organization, 1, Integer::sum);
        }
        if (turn.heavy) {
            runningHeavy++;
        }
        turn.begun = true;
        turn.signal.release();
    }

    private void rejectHopeless(Turn turn) {
        double each = turn.heavy ? nanosOfHeavy : nanosOfLight;
        int slots = turn.heavy ? maxHeavy : maxRunning;
        int ofOwn = Math.min(slots, settings.callerOperations());
        // Callers take turns, so nobody waits for more than all that is their own, and one of each other.
        long others = holders.values().stream()
                .filter(holder -> holder != turn.holder && holder.waiting > 0)
                .count();
        double rounds = Math.max((double) turn.holder.waiting / ofOwn, (double) (others + 1) / slots);
        boolean isHopeless =
                rounds > SHORT_QUEUE && each * rounds > settings.queueTimeout().toNanos();
        if (isHopeless || turn.holder.waiting > settings.queueLength()) {
            throw rejection(turn);
        }
    }

    private Problem rejection(Turn turn) {
        boolean isOwn = isAtOwnBound(turn) || turn.holder.waiting > settings.queueLength();
        int ahead = turn.holder.running;
        int queued = turn.holder.waiting - 1;
        waiting.remove(turn);
        turn.holder.waiting--;
        forget(turn);
        return isOwn
                ? Problem.of(
                        ErrorCode.RATE_LIMITED,
                        "Too many operations at once: " + ahead + " of yours are running and " + queued
                                + " are waiting; send fewer at once, or try again in a few seconds.")
                : Problem.of(
                        ErrorCode.UNAVAILABLE,
                        turn.heavy
                                ? "Too many costly operations are running at the moment; try again in a few seconds, or ask for less at once."
                                : "The server is busy at the moment; try again in a few seconds.");
    }

    private void forget(Turn turn) {
        if (turn.holder.running == 0 && turn.holder.waiting == 0) {
            holders.remove(turn.caller);
        }
    }

    private double running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    private double waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** A caller who has something running or waiting. */
    private static final class Holder {
        int running;
        int waiting;
    }

    /** An operation that waits or runs. All but the signal is guarded by the lock. */
    private static final class Turn {
        final String caller;
        final Holder holder;
        final @Nullable UUID organization;
        final boolean heavy;
        final Semaphore signal = new Semaphore(0);
        boolean begun;

        Turn(String caller, Holder holder, @Nullable UUID organization, boolean heavy) {
            this.caller = caller;
            this.holder = holder;
            this.organization = organization;
            this.heavy = heavy;
        }
    }
}
