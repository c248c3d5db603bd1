package dev.pulsegraph.event;

import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.graceful.GracefulShutdownCapable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends in order: nothing more is taken in, what is here is written and answered, and only then are connections closed.
 * Beans are destroyed after this event.
 */
@Singleton
class IngestShutdown implements GracefulShutdownCapable {
    private static final Logger LOG = LoggerFactory.getLogger(IngestShutdown.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<GroupCommit> commits = new CopyOnWriteArrayList<>();

    /** It tells of itself: what was never needed is not made in order to be stopped. */
    void register(GroupCommit commit) {
        commits.add(commit);
    }

    @Override
    public CompletionStage<?> shutdownGracefully() {
        commits.forEach(GroupCommit::close);
        return CompletableFuture.runAsync(
                this::drain, task -> Thread.ofVirtual().name("end of ingest").start(task));
    }

    @Override
    public OptionalLong reportActiveTasks() {
        return OptionalLong.of(commits.stream().mapToLong(GroupCommit::open).sum());
    }

    /** Where stops are not graceful, connections end first, but what came in is still written. */
    @EventListener
    void stop(ShutdownEvent event) {
        drain();
    }

    private void drain() {
        try {
            for (GroupCommit commit : commits) {
                if (!commit.drain(TIMEOUT)) {
                    LOG.warn("Stopping with events that were not written; none of them was acknowledged");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
