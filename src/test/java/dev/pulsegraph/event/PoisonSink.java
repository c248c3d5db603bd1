package dev.pulsegraph.event;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.problem.Problem;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps ids in memory once they are committed, and fails as a whole for single events, in several ways. */
@Singleton
@Requires(property = "test.poison")
@Replaces(EventSink.class)
class PoisonSink extends EventSink {
    final List<String> committed = Collections.synchronizedList(new ArrayList<>());
    final List<String> refused = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger transactions = new AtomicInteger();
    private final OperationTransaction transaction;

    PoisonSink(
            SegmentReader reader, EventWriter writer, RejectedEvents rejectedEvents, OperationTransaction transaction) {
        super(reader, writer, rejectedEvents);
        this.transaction = transaction;
    }

    @Override
    Result write(List<OrganizationEvent> events, CommitSequencer.Turn turn, boolean waitsForLocks) {
        turn.await();
        transactions.incrementAndGet();
        List<String> ids = events.stream().map(PoisonSink::id).toList();
        if (ids.stream().anyMatch(id -> id.startsWith("refused"))) {
            throw Problem.badInput("x", "refused.");
        }
        if (ids.stream().anyMatch(id -> id.startsWith("broken"))) {
            throw new IllegalStateException("broken");
        }
        transaction.afterCommit(() -> committed.addAll(ids));
        return new Result(ids.stream().map(id -> EventReceipt.accepted(0, id)).toList(), Set.of());
    }

    @Override
    EventReceipt reject(OrganizationEvent event, Problem problem) {
        String id = id(event);
        transaction.afterCommit(() -> refused.add(id));
        return EventReceipt.rejected(0, id, problem.code().name(), problem.getMessage());
    }

    private static String id(OrganizationEvent event) {
        return String.valueOf(event.event().messageId());
    }
}
