package dev.pulsegraph.ingest;

import dev.pulsegraph.batch.Bisection;
import dev.pulsegraph.database.KnownKey;
import dev.pulsegraph.database.KnownKeyRepository;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.ApiKeyUsage;
import dev.pulsegraph.security.Credentials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a batch in one transaction. What is refused as a whole is written in halves: first of requests, so that none harms
 * another, then of the events of the one at fault.
 */
final class BatchWriter<E> {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /** Each event that is found by halves costs some; a batch of nothing else fails. */
    private static final int MOST_TRANSACTIONS = 100;
    /** What may be the fault of single events. */
    private static final Set<ErrorCode> OF_EVENTS =
            Set.of(ErrorCode.BAD_USER_INPUT, ErrorCode.NOT_FOUND, ErrorCode.CONFLICT, ErrorCode.LIMIT_EXCEEDED);

    private final EventTarget<E> target;
    private final KnownKeyRepository keys;
    private final OperationTransaction transaction;
    private final Bisection bisection;
    private final ApiKeyUsage keyUsage;
    private volatile boolean away;

    BatchWriter(
            EventTarget<E> target,
            KnownKeyRepository keys,
            OperationTransaction transaction,
            SqlProblems sqlProblems,
            ApiKeyUsage keyUsage) {
        this.target = target;
        this.keys = keys;
        this.transaction = transaction;
        this.bisection = new Bisection(sqlProblems::ofItems);
        this.keyUsage = keyUsage;
    }

    /** Whether the database could not be reached when it was last tried. */
    boolean isAway() {
        return away;
    }

    /**
     * Writes what it can, and tells each submission what became of its events. None is answered yet.
     *
     * @param turn of the batch, which lasts longer than this
     * @param patient whether to wait for whoever writes for the same organizations
     * @return those that were left out because somebody does
     */
    List<Submission<E>> write(List<Submission<E>> batch, EventTarget.Turn turn, boolean patient) {
        var attempt = new Attempt(batch.stream().map(Part::whole).toList(), turn, patient);
        bisection.write(batch.size(), attempt);
        return attempt.busy;
    }

    /** What is written of a batch, divided by its parts. */
    private final class Attempt implements Bisection.Work {
        private final List<Part<E>> parts;
        private final EventTarget.Turn turn;
        private final boolean patient;
        private final List<Submission<E>> busy = new ArrayList<>();
        private int transactions;

        Attempt(List<Part<E>> parts, EventTarget.Turn turn, boolean patient) {
            this.parts = parts;
            this.turn = turn;
            this.patient = patient;
        }

        @Override
        public void write(int from, int to) {
            write(parts.subList(from, to), null);
        }

        @Override
        public boolean isDivisible(Bisection.Failure failure) {
            return !SqlProblems.isUnreachable(failure.cause()) && transactions < MOST_TRANSACTIONS;
        }

        /** The events of the request at fault are divided in turn. */
        @Override
        public void reject(int place, Bisection.Failure failure) {
            Part<E> request = parts.get(place);
            bisection.divide(request.size(), failure, new OfEvents(request));
        }

        @Override
        public void fail(int from, int to, Bisection.Failure failure) {
            parts.subList(from, to).forEach(part -> fail(part, failure));
        }

        private void fail(Part<E> part, Bisection.Failure failure) {
            boolean late = failure.problem() != null && failure.problem().code() == ErrorCode.TIMEOUT;
            part.submission.fail(late ? new IngestRefusal(IngestRefusal.Kind.LATE) : failure.cause());
        }

        private void write(List<Part<E>> some, @Nullable Problem refusal) {
            List<Part<E>> awaited =
                    some.stream().filter(part -> !part.submission.isAbandoned()).toList();
            if (awaited.isEmpty()) {
                return;
            }
            transactions++;
            try {
                Written written = transaction.asWorker(TIMEOUT, () -> inTransaction(awaited, refusal));
                away = false;
                busy.addAll(told(awaited, written));
            } catch (RuntimeException e) {
                away = SqlProblems.isUnreachable(e);
                throw e;
            }
        }

        /** What is written of a request, divided by its events. */
        private final class OfEvents implements Bisection.Work {
            private final Part<E> request;

            OfEvents(Part<E> request) {
                this.request = request;
            }

            @Override
            public void write(int from, int to) {
                Attempt.this.write(List.of(request.part(from, to)), null);
            }

            @Override
            public boolean isDivisible(Bisection.Failure failure) {
                return Attempt.this.isDivisible(failure) && failure.isOf(OF_EVENTS);
            }

            @Override
            public void reject(int place, Bisection.Failure failure) {
                try {
                    Bisection.retry(
                            () -> Attempt.this.write(List.of(request.part(place, place + 1)), failure.problem()));
                } catch (RuntimeException e) {
                    request.submission.fail(e);
                }
            }

            @Override
            public void fail(int from, int to, Bisection.Failure failure) {
                Attempt.this.fail(request, failure);
            }
        }

        private Written inTransaction(List<Part<E>> some, @Nullable Problem refusal) {
            Map<String, KnownKey> valid = validKeys(some);
            List<OwnedEvent<E>> events = new ArrayList<>();
            for (Part<E> part : some) {
                var key = valid.get(part.submission.key.sha256());
                if (key != null && key.mayIngest()) {
                    part.events().forEach(event -> events.add(new OwnedEvent<>(key.organizationId(), event)));
                }
            }
            if (refusal != null) {
                return new Written(
                        valid,
                        events.stream()
                                .map(event -> target.refuse(event, refusal))
                                .toList());
            }
            return new Written(valid, events.isEmpty() ? List.of() : target.write(events, turn, patient));
        }
    }

    private Map<String, KnownKey> validKeys(List<Part<E>> parts) {
        List<String> hashes = parts.stream()
                .map(part -> part.submission.key.sha256())
                .distinct()
                .toList();
        Map<String, KnownKey> valid = new HashMap<>();
        keys.list(hashes).forEach(key -> valid.put(key.sha256(), key));
        return valid;
    }

    /** Says what became of them; answers those that are busy, which are told nothing. */
    private List<Submission<E>> told(List<Part<E>> parts, Written written) {
        List<Submission<E>> busy = new ArrayList<>();
        var outcomes = written.outcomes.iterator();
        for (Part<E> part : parts) {
            var key = written.keys.get(part.submission.key.sha256());
            if (key == null) {
                part.submission.fail(Credentials.Key.unknown());
                continue;
            }
            if (!key.mayIngest()) {
                part.submission.fail(
                        Problem.forbidden("The API key may not send events: it needs the scope INGEST or WRITE."));
                continue;
            }
            keyUsage.record(key.id());
            boolean isBusy = false;
            for (int i = part.from; i < part.to; i++) {
                EventOutcome outcome = outcomes.next();
                isBusy |= outcome.status() == EventOutcome.Status.BUSY;
                part.submission.set(i, outcome);
            }
            if (isBusy) {
                busy.add(part.submission);
            }
        }
        return busy;
    }

    private record Written(Map<String, KnownKey> keys, List<EventOutcome> outcomes) {}

    /** Some events of a submission. */
    private record Part<E>(Submission<E> submission, int from, int to) {
        static <E> Part<E> whole(Submission<E> submission) {
            return new Part<>(submission, 0, submission.events.size());
        }

        int size() {
            return to - from;
        }

        Part<E> part(int begin, int end) {
            return new Part<>(submission, from + begin, from + end);
        }

        List<E> events() {
            return submission.events.subList(from, to);
        }
    }
}
