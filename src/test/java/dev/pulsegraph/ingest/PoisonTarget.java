package dev.pulsegraph.ingest;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.problem.Problem;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Keeps ids in memory once they are committed, and fails as a whole for single events, in several ways. */
@Singleton
@Requires(property = "test.poison")
@Replaces(EventTarget.class)
class PoisonTarget implements EventTarget<String> {
    final List<String> committed = Collections.synchronizedList(new ArrayList<>());
    final List<String> refused = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger transactions = new AtomicInteger();
    private final OperationTransaction transaction;

    PoisonTarget(OperationTransaction transaction) {
        this.transaction = transaction;
    }

    @Override
    public String read(@Nullable String kind, @Nullable Object item, EventOrigin origin) {
        return item instanceof Map<?, ?> map ? String.valueOf(map.get("messageId")) : "none";
    }

    @Override
    public List<EventOutcome> write(List<OwnedEvent<String>> events, Turn turn, boolean patient) {
        turn.await();
        transactions.incrementAndGet();
        List<String> ids = events.stream().map(OwnedEvent::event).toList();
        if (ids.stream().anyMatch(id -> id.startsWith("refused"))) {
            throw Problem.badInput("x", "refused.");
        }
        if (ids.stream().anyMatch(id -> id.startsWith("broken"))) {
            throw new IllegalStateException("broken");
        }
        transaction.afterCommit(() -> committed.addAll(ids));
        return ids.stream()
                .map(id -> new EventOutcome(id, EventOutcome.Status.ACCEPTED, null, null))
                .toList();
    }

    @Override
    public EventOutcome refuse(OwnedEvent<String> event, Problem problem) {
        transaction.afterCommit(() -> refused.add(event.event()));
        return new EventOutcome(
                event.event(), EventOutcome.Status.REJECTED, problem.code().name(), problem.getMessage());
    }
}
