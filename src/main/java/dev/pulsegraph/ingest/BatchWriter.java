package dev.pulsegraph.ingest;

import dev.pulsegraph.database.ApiKeyUses;
import dev.pulsegraph.database.KnownKey;
import dev.pulsegraph.database.KnownKeyRepository;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
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
    private static final int TRIES = 4;
    /** Each event that is found by halves costs some; a batch of nothing else fails. */
    private static final int MOST_TRANSACTIONS = 100;
    /** What may be the fault of single events. */
    private static final Set<ErrorCode> OF_EVENTS =
            Set.of(ErrorCode.BAD_USER_INPUT, ErrorCode.NOT_FOUND, ErrorCode.CONFLICT, ErrorCode.LIMIT_EXCEEDED);

    private final EventTarget<E> target;
    private final KnownKeyRepository keys;
    private final OperationTransaction transaction;
    private final SqlProblems sqlProblems;
    private final ApiKeyUses keyUses;
    private volatile boolean away;

    BatchWriter(
            EventTarget<E> target,
            KnownKeyRepository keys,
            OperationTransaction transaction,
            SqlProblems sqlProblems,
            ApiKeyUses keyUses) {
        this.target = target;
        this.keys = keys;
        this.transaction = transaction;
        this.sqlProblems = sqlProblems;
        this.keyUses = keyUses;
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
        var attempt = new Attempt(turn, patient);
        attempt.write(batch.stream().map(Part::whole).toList());
        return attempt.busy;
    }

    private final class Attempt {
        private final EventTarget.Turn turn;
        private final boolean patient;
        private final List<Submission<E>> busy = new ArrayList<>();
        private int transactions;

        Attempt(EventTarget.Turn turn, boolean patient) {
            this.turn = turn;
            this.patient = patient;
        }

        void write(List<Part<E>> all) {
            List<Part<E>> parts =
                    all.stream().filter(part -> !part.submission.isAbandoned()).toList();
            if (parts.isEmpty()) {
                return;
            }
            try {
                busy.addAll(told(parts, tried(parts, null)));
            } catch (RuntimeException e) {
                divide(parts, e);
            }
        }

        private void divide(List<Part<E>> parts, RuntimeException e) {
            Part<E> only = parts.size() == 1 ? parts.getFirst() : null;
            Problem problem = sqlProblems.ofItems(e).orElse(null);
            boolean ofEvents = problem != null && OF_EVENTS.contains(problem.code()) && !SqlProblems.isPassing(e);
            if (SqlProblems.isUnreachable(e)
                    || transactions >= MOST_TRANSACTIONS
                    || (only != null && (problem == null || !ofEvents))) {
                boolean late = problem != null && problem.code() == ErrorCode.TIMEOUT;
                parts.forEach(part -> part.submission.fail(late ? new IngestRefusal(IngestRefusal.Kind.LATE) : e));
            } else if (only == null) {
                write(parts.subList(0, parts.size() / 2));
                write(parts.subList(parts.size() / 2, parts.size()));
            } else if (only.size() > 1) {
                int half = only.from + only.size() / 2;
                write(List.of(new Part<>(only.submission, only.from, half)));
                write(List.of(new Part<>(only.submission, half, only.to)));
            } else {
                refuse(only, problem);
            }
        }

        private void refuse(Part<E> event, @Nullable Problem problem) {
            try {
                busy.addAll(told(List.of(event), tried(List.of(event), problem)));
            } catch (RuntimeException e) {
                event.submission.fail(e);
            }
        }

        private Written tried(List<Part<E>> parts, @Nullable Problem refusal) {
            for (int tries = 1; ; tries++) {
                transactions++;
                try {
                    Written written = transaction.asWorker(TIMEOUT, () -> inTransaction(parts, refusal));
                    away = false;
                    return written;
                } catch (RuntimeException e) {
                    away = SqlProblems.isUnreachable(e);
                    if (tries == TRIES || !SqlProblems.isPassing(e)) {
                        throw e;
                    }
                }
            }
        }

        private Written inTransaction(List<Part<E>> parts, @Nullable Problem refusal) {
            Map<String, KnownKey> valid = validKeys(parts);
            List<OwnedEvent<E>> events = new ArrayList<>();
            for (Part<E> part : parts) {
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
            keyUses.record(key.id());
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

        List<E> events() {
            return submission.events.subList(from, to);
        }
    }
}
