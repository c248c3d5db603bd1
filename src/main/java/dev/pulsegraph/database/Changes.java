package dev.pulsegraph.database;

import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whoever watches that something of an organization changed, on whatever node. A change is raised in SQL, by
 * {@code app.notify_change}, and holds no value. Now and then somebody is told of a change that was none: after the
 * connection was lost everybody is, because nobody knows what was missed.
 */
@Singleton
public final class Changes {
    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);

    private final Map<Subject, Set<Watch>> watches = new ConcurrentHashMap<>();
    private final ChangeListener listener;

    Changes(ChangeSource source) {
        this.listener = new ChangeListener(source, this::tell, this::notifyListeners);
    }

    /**
     * Has {@code changed} called after each change, until the watch is closed. The call comes from a thread that everybody
     * shares, so it must not wait for anything.
     */
    public Watch watch(String topic, UUID organization, Runnable changed) {
        var watch = new Watch(new Subject(topic, organization), changed);
        watches.compute(watch.subject, (subject, others) -> {
            Set<Watch> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(watch);
            return all;
        });
        listener.start();
        return watch;
    }

    /** How many watch. */
    public int watched() {
        return watches.values().stream().mapToInt(Set::size).sum();
    }

    @EventListener
    void stop(ShutdownEvent event) {
        listener.stop();
    }

    private void tell(String payload) {
        int space = payload.indexOf(' ');
        if (space > 0 && payload.length() == space + 37) {
            try {
                var subject = new Subject(payload.substring(0, space), UUID.fromString(payload.substring(space + 1)));
                watches.getOrDefault(subject, Set.of()).forEach(Changes::tell);
                return;
            } catch (IllegalArgumentException notAnId) {
                // falls through to the line below
            }
        }
        LOG.warn("Ignored an unknown notification: {}", payload);
    }

    private void notifyListeners() {
        watches.values().forEach(watching -> watching.forEach(Changes::tell));
    }

    private static void tell(Watch watch) {
        try {
            watch.changed.run();
        } catch (RuntimeException fault) {
            LOG.warn("Could not notify of a change of {}", watch.subject, fault);
        }
    }

    /** Somebody who is told; closing it twice does no harm. */
    public final class Watch implements AutoCloseable {
        private final Subject subject;
        private final Runnable changed;

        private Watch(Subject subject, Runnable changed) {
            this.subject = subject;
            this.changed = changed;
        }

        @Override
        public void close() {
            watches.computeIfPresent(subject, (any, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
        }
    }

    private record Subject(String topic, UUID organization) {}
}
