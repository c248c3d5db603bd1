package dev.pulsegraph.graphql;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;

/** Timers with names, each of which runs once at a time. For one thread. */
final class SocketTimers<K> {
    private final BiFunction<Duration, Runnable, Future<?>> schedule;
    private final Map<K, Future<?>> running = new HashMap<>();

    SocketTimers(BiFunction<Duration, Runnable, Future<?>> schedule) {
        this.schedule = schedule;
    }

    /** Has work done after a while, instead of what the timer would have done. */
    void start(K timer, Duration delay, Runnable work) {
        stop(timer);
        running.put(timer, schedule.apply(delay, work));
    }

    void stop(K timer) {
        Future<?> stopped = running.remove(timer);
        if (stopped != null) {
            stopped.cancel(false);
        }
    }

    /** Stops all of them. */
    void stop() {
        running.values().forEach(timer -> timer.cancel(false));
        running.clear();
    }
}
