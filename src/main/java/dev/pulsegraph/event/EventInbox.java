package dev.pulsegraph.event;

import dev.pulsegraph.batch.Bisection;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.StrictJson;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes in events that were told by SQL. Each leaves the inbox in the transaction that writes it, so that it counts once whatever
 * happens. What is rejected is kept with its reason, as of events over HTTP.
 */
@Singleton
class EventInbox {
    private static final int BATCH = 5_000;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int MAX_TRANSACTIONS = 200;

    private final EventInboxRepository repository;
    private final EventSink sink;
    private final OperationTransaction transaction;
    private final Bisection bisection;
    private final StrictJson json;

    EventInbox(
            EventInboxRepository repository,
            EventSink sink,
            OperationTransaction transaction,
            SqlProblems sqlProblems,
            StrictJson json) {
        this.repository = repository;
        this.sink = sink;
        this.transaction = transaction;
        this.bisection = new Bisection(sqlProblems::ofItems);
        this.json = json;
    }

    /** Takes in all that waits; answers how many events. */
    long drain() {
        long taken = 0;
        List<EventInboxRepository.Waiting> waiting;
        do {
            waiting = transaction.asWorker(TIMEOUT, () -> repository.list(BATCH));
            bisection.write(waiting.size(), new Work(waiting));
            taken += waiting.size();
        } while (waiting.size() == BATCH);
        return taken;
    }

    private final class Work implements Bisection.Work {
        private final List<EventInboxRepository.Waiting> events;
        private int transactions;

        Work(List<EventInboxRepository.Waiting> events) {
            this.events = events;
        }

        @Override
        public void write(int from, int to) {
            if (from < to) {
                transactions++;
                inTransaction(from, to, taken -> sink.write(taken, CommitSequencer.Turn.IMMEDIATE, true));
            }
        }

        @Override
        public boolean isDivisible(Bisection.Failure failure) {
            return !SqlProblems.isUnreachable(failure.cause()) && transactions < MAX_TRANSACTIONS;
        }

        @Override
        public void reject(int place, Bisection.Failure failure) {
            Problem problem = failure.problem();
            if (problem == null) {
                throw failure.cause();
            }
            inTransaction(
                    place,
                    place + 1,
                    taken -> taken.stream()
                            .map(event -> sink.reject(event, problem))
                            .toList());
        }

        private void inTransaction(int from, int to, Function<List<OrganizationEvent>, ?> write) {
            List<EventInboxRepository.Waiting> some = events.subList(from, to);
            transaction.asWorker(TIMEOUT, () -> {
                Set<Long> taken = new HashSet<>(repository.take(some.stream()
                        .map(event -> Long.toString(event.position()))
                        .toList()));
                return write.apply(some.stream()
                        .filter(event -> taken.contains(event.position()))
                        .map(this::read)
                        .toList());
            });
        }

        private OrganizationEvent read(EventInboxRepository.Waiting event) {
            var origin = new EventOrigin(event.toldAt(), Map.of(), null, null, false, null, null);
            return new OrganizationEvent(event.organizationId(), sink.read(null, json(event.event()), origin));
        }

        /** Null for what is nested too deep, which is then rejected as no object. */
        private @Nullable Object json(String text) {
            try {
                return json.read(text);
            } catch (IOException e) {
                return null;
            }
        }
    }
}
