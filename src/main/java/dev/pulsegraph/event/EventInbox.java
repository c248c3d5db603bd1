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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes in events that were told by SQL. Each leaves the inbox in the transaction that writes it, so that it counts once whatever
 * happens. What is rejected is kept with its reason, as of events over HTTP. What cannot be written for a reason that is not its
 * sender's stays, and holds up neither other events nor other organizations.
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

    /**
     * Takes in all that waits; answers how many events.
     *
     * @throws RuntimeException when some stay for a reason that is not their senders', after all others were taken in
     */
    long drain() {
        long taken = 0;
        RuntimeException fault = null;
        List<EventInboxRepository.Waiting> waiting = List.of();
        do {
            long after = waiting.isEmpty() ? 0 : waiting.getLast().position();
            waiting = transaction.asWorker(TIMEOUT, () -> repository.list(after, BATCH));
            Map<UUID, List<EventInboxRepository.Waiting>> byOrganization = waiting.stream()
                    .collect(Collectors.groupingBy(
                            EventInboxRepository.Waiting::organizationId, LinkedHashMap::new, Collectors.toList()));
            for (List<EventInboxRepository.Waiting> events : byOrganization.values()) {
                var work = new Work(events);
                bisection.write(events.size(), work);
                taken += events.size() - work.left;
                fault = fault == null ? work.fault : fault;
            }
        } while (waiting.size() == BATCH);
        if (fault != null) {
            throw fault;
        }
        return taken;
    }

    /** Of one organization. */
    private final class Work implements Bisection.Work {
        private final List<EventInboxRepository.Waiting> events;
        private int transactions;
        private int left;
        private @Nullable RuntimeException fault;

        Work(List<EventInboxRepository.Waiting> events) {
            this.events = events;
        }

        @Override
        public void write(int from, int to) {
            transactions++;
            inTransaction(from, to, taken -> sink.write(taken, CommitSequencer.Turn.IMMEDIATE, true));
        }

        @Override
        public boolean isDivisible(Bisection.Failure failure) {
            return transactions < MAX_TRANSACTIONS
                    && (failure.problem() == null || failure.isOf(BatchWriter.OF_EVENTS));
        }

        @Override
        public void reject(int place, Bisection.Failure failure) {
            Problem problem = failure.problem();
            if (problem == null) {
                fail(place, place + 1, failure);
            } else {
                inTransaction(
                        place,
                        place + 1,
                        taken -> taken.stream()
                                .map(event -> sink.reject(event, problem))
                                .toList());
            }
        }

        @Override
        public void fail(int from, int to, Bisection.Failure failure) {
            if (SqlProblems.isUnreachable(failure.cause())) {
                throw failure.cause();
            }
            left += to - from;
            fault = fault == null ? failure.cause() : fault;
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
