package dev.pulsegraph.event;

import dev.pulsegraph.batch.Bisection;
import dev.pulsegraph.database.KnownKey;
import dev.pulsegraph.database.KnownKeyRepository;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.ApiKeyUsage;
import dev.pulsegraph.security.Credentials;
import jakarta.inject.Singleton;
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
@Singleton
class BatchWriter {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /** Each event that is found by halves costs some; a batch of nothing else fails. */
    private static final int MAX_TRANSACTIONS = 100;
    /** What may be the fault of single events. */
    static final Set<ErrorCode> OF_EVENTS =
            Set.of(ErrorCode.BAD_USER_INPUT, ErrorCode.NOT_FOUND, ErrorCode.CONFLICT, ErrorCode.LIMIT_EXCEEDED);

    private final EventSink sink;
    private final KnownKeyRepository keys;
    private final OperationTransaction transaction;
    private final Bisection bisection;
    private final ApiKeyUsage keyUsage;
    private volatile boolean away;

    BatchWriter(
            EventSink sink,
            KnownKeyRepository keys,
            OperationTransaction transaction,
            SqlProblems sqlProblems,
            ApiKeyUsage keyUsage) {
        this.sink = sink;
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
     * @param waitsForLocks whether to wait for whoever writes for the same organizations
     * @return those that were left out because somebody does
     */
    List<Submission> write(List<Submission> batch, CommitSequencer.Turn turn, boolean waitsForLocks) {
        var attempt = new Attempt(batch.stream().map(Part::whole).toList(), turn, waitsForLocks);
        bisection.write(batch.size(), attempt);
        return attempt.busy;
    }

    /** What is written of a batch, divided by its parts. */
    private final class Attempt implements Bisection.Work {
        private final List<Part> parts;
        private final CommitSequencer.Turn turn;
        private final boolean waitsForLocks;
        private final List<Submission> busy = new ArrayList<>();
        private int transactions;

        Attempt(List<Part> parts, CommitSequencer.Turn turn, boolean waitsForLocks) {
            this.parts = parts;
            this.turn = turn;
            this.waitsForLocks = waitsForLocks;
        }

        @Override
        public void write(int from, int to) {
            write(parts.subList(from, to), null);
        }

        @Override
        public boolean isDivisible(Bisection.Failure failure) {
            return !SqlProblems.isUnreachable(failure.cause()) && transactions < MAX_TRANSACTIONS;
        }

        /** The events of the request at fault are divided in turn. */
        @Override
        public void reject(int place, Bisection.Failure failure) {
            Part request = parts.get(place);
            bisection.divide(request.size(), failure, new OfEvents(request));
        }

        @Override
        public void fail(int from, int to, Bisection.Failure failure) {
            parts.subList(from, to).forEach(part -> fail(part, failure));
        }

        private void fail(Part part, Bisection.Failure failure) {
            boolean late = failure.problem() != null && failure.problem().code() == ErrorCode.TIMEOUT;
            part.submission.fail(late ? new IngestProblem(IngestProblem.Kind.LATE) : failure.cause());
        }

        private void write(List<Part> some, @Nullable Problem fault) {
            List<Part> awaited =
                    some.stream().filter(part -> !part.submission.isAbandoned()).toList();
            if (awaited.isEmpty()) {
                return;
            }
            transactions++;
            try {
                Written written = transaction.asWorker(TIMEOUT, () -> writeInTransaction(awaited, fault));
                away = false;
                busy.addAll(distribute(awaited, written));
            } catch (RuntimeException e) {
                away = SqlProblems.isUnreachable(e);
                throw e;
            }
        }

        /** What is written of a request, divided by its events. */
        private final class OfEvents implements Bisection.Work {
            private final Part request;

            OfEvents(Part request) {
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

        private Written writeInTransaction(List<Part> some, @Nullable Problem fault) {
            Map<String, KnownKey> valid = findValidKeys(some);
            List<OrganizationEvent> events = new ArrayList<>();
            for (Part part : some) {
                var key = valid.get(part.submission.key.sha256());
                if (key != null && key.mayIngest()) {
                    part.events().forEach(event -> events.add(new OrganizationEvent(key.organizationId(), event)));
                }
            }
            return new Written(valid, fault == null ? writeEvents(events) : reject(events, fault));
        }

        private EventSink.Result writeEvents(List<OrganizationEvent> events) {
            return events.isEmpty()
                    ? new EventSink.Result(List.of(), Set.of())
                    : sink.write(events, turn, waitsForLocks);
        }

        private EventSink.Result reject(List<OrganizationEvent> events, Problem fault) {
            return new EventSink.Result(
                    events.stream().map(event -> sink.reject(event, fault)).toList(), Set.of());
        }
    }

    private Map<String, KnownKey> findValidKeys(List<Part> parts) {
        List<String> hashes = parts.stream()
                .map(part -> part.submission.key.sha256())
                .distinct()
                .toList();
        Map<String, KnownKey> valid = new HashMap<>();
        keys.list(hashes).forEach(key -> valid.put(key.sha256(), key));
        return valid;
    }

    /** Gives each submission its receipts; answers those that are left out, which get none. */
    private List<Submission> distribute(List<Part> parts, Written written) {
        List<Submission> busy = new ArrayList<>();
        var receipts = written.result.receipts().iterator();
        for (Part part : parts) {
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
            if (part.size() > 0 && written.result.busy().contains(key.organizationId())) {
                busy.add(part.submission);
                continue;
            }
            for (int i = part.from; i < part.to; i++) {
                part.submission.set(i, receipts.next());
            }
        }
        return busy;
    }

    private record Written(Map<String, KnownKey> keys, EventSink.Result result) {}

    /** Some events of a submission. */
    private record Part(Submission submission, int from, int to) {
        static Part whole(Submission submission) {
            return new Part(submission, 0, submission.events.size());
        }

        int size() {
            return to - from;
        }

        Part part(int begin, int end) {
            return new Part(submission, from + begin, from + end);
        }

        List<ReceivedEvent> events() {
            return submission.events.subList(from, to);
        }
    }
}
