package dev.pulsegraph.graphql;

import dev.pulsegraph.database.DatabaseException;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.Read;
import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.problem.Outcome;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Caller;
import graphql.GraphQLContext;
import graphql.schema.DataFetchingEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running operation: who asked, and how much time is left. Lives on one thread, in one transaction. */
final class Operation {
    private static final Logger LOG = LoggerFactory.getLogger(Operation.class);
    private static final Duration UNHURRIED = Duration.ofSeconds(1);

    private final Caller caller;
    private final ChangeDependencies dependencies;
    private final Duration deadline;
    private final OperationTransaction transaction;
    private final FieldMeters meters;
    private final long startedAt;
    private final boolean onlyReads;
    private final OperationUsage usage;
    private @Nullable Problem firstProblem;
    private @Nullable RuntimeException lost;
    private @Nullable VirtualMachineError fatal;

    /**
     * @param onlyReads whether it goes on after a statement that failed: nothing was written that could be by halves
     * @param startedAt when its turn came, by {@link System#nanoTime}
     */
    Operation(
            Caller caller,
            ChangeDependencies dependencies,
            Duration deadline,
            OperationTransaction transaction,
            FieldMeters meters,
            boolean onlyReads,
            OperationUsage usage,
            long startedAt) {
        this.caller = caller;
        this.dependencies = dependencies;
        this.deadline = deadline;
        this.transaction = transaction;
        this.meters = meters;
        this.onlyReads = onlyReads;
        this.usage = usage;
        this.startedAt = startedAt;
        usage.begin(startedAt);
    }

    static Operation of(DataFetchingEnvironment environment) {
        return of(environment.getGraphQlContext());
    }

    static Operation of(GraphQLContext context) {
        return Objects.requireNonNull(context.<Operation>get(Operation.class));
    }

    Caller caller() {
        return caller;
    }

    OperationUsage usage() {
        return usage;
    }

    /** Called by a field of Subscription, before it reads. */
    void dependsOn(String topic, UUID organization) {
        dependencies.watch(topic, organization);
    }

    /** Called before anything that may take time; TIMEOUT when there is none left. */
    void checkDeadline() {
        Duration left = left();
        if (left.isNegative() || left.isZero()) {
            throw OperationUsage.timeout(deadline);
        }
        if (left.compareTo(deadline.minus(UNHURRIED)) < 0) {
            transaction.limitStatements(left);
        }
    }

    private Duration left() {
        return deadline.minusNanos(System.nanoTime() - startedAt);
    }

    /** Answers one field or batch. When a statement in it fails, those of the other fields of a query can still be sent. */
    <T extends @Nullable Object> T attempt(Supplier<T> work) {
        if (lost != null) {
            throw lost;
        }
        if (usage.stopped() != null) {
            throw usage.stopped();
        }
        try {
            return work.get();
        } catch (RuntimeException failure) {
            recover(failure);
            if (onlyReads && SqlProblems.isStalePlan(failure)) {
                return retry(work, failure);
            }
            throw failure;
        }
    }

    private <T extends @Nullable Object> T retry(Supplier<T> work, RuntimeException stale) {
        LOG.info("A table was altered; preparing the statement again: {}", stale.getMessage());
        try {
            return work.get();
        } catch (RuntimeException failure) {
            recover(failure);
            throw failure;
        }
    }

    private void recover(RuntimeException failure) {
        if (SqlProblems.isUnreachable(failure) || (!onlyReads && SqlProblems.isStalePlan(failure))) {
            lost = failure;
        } else if (onlyReads && SqlProblems.isStatement(failure)) {
            resume(failure);
        }
    }

    private void resume(RuntimeException failure) {
        try {
            transaction.resume(left());
        } catch (DatabaseException broken) {
            broken.addSuppressed(failure);
            lost = broken;
            throw broken;
        }
    }

    /**
     * Answers many keys together. When that fails for what is stored under one of them, it is looked for by halves, so that
     * the others are answered.
     */
    <K, V> Map<K, Outcome<V>> attemptEach(Set<K> keys, Function<Set<K>, Map<K, Outcome<V>>> load) {
        Map<K, Outcome<V>> outcomes = new HashMap<>();
        RuntimeException failure;
        try {
            return attempt(() -> load.apply(keys));
        } catch (RuntimeException e) {
            failure = e;
        }
        if (keys.size() > 1 && onlyReads && SqlProblems.isOfSomeRow(failure)) {
            List<K> all = new ArrayList<>(keys);
            int half = all.size() / 2;
            for (List<K> part : List.of(all.subList(0, half), all.subList(half, all.size()))) {
                outcomes.putAll(attemptEach(new LinkedHashSet<>(part), some -> {
                    checkDeadline();
                    return load.apply(some);
                }));
            }
        } else {
            keys.forEach(key -> outcomes.put(key, Outcome.failed(failure)));
        }
        return outcomes;
    }

    /** Reads all of it in one round trip, and ends the transaction in it after the last. */
    List<Outcome<?>> readAll(List<Read<?>> reads, boolean isLast) {
        checkDeadline();
        return attempt(() -> {
            List<Outcome<?>> answers = transaction.readAll(reads, isLast);
            for (Outcome<?> answer : answers) {
                if (answer.value() instanceof Map<?, ?> map) {
                    usage.rows(map.size());
                }
            }
            return answers;
        });
    }

    <R> R read(Read<R> read) {
        return transaction.read(read);
    }

    /** The process itself is at fault, so nothing of the answer is one. A stack that was too short is one part's alone. */
    void dies(Throwable thrown) {
        if (fatal == null && thrown instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
            fatal = error;
        }
    }

    /** Runs a batch within the deadline and records how long it took. */
    <T> T timed(String loader, Supplier<T> work) {
        checkDeadline();
        long begin = System.nanoTime();
        try {
            return work.get();
        } finally {
            meters.batch(loader).record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
        }
    }

    /** Nothing of the answer is one without a database, beyond a bound, or in a process that is at its end. */
    void requireWhole() {
        if (fatal != null) {
            throw fatal;
        }
        if (lost != null) {
            // What a changed table undid is done again.
            throw lost;
        }
        if (usage.stopped() != null) {
            throw usage.stopped();
        }
    }

    /** Remembers the first failure: in the transaction of a mutation all later statements fail because of it. */
    void failed(Problem problem) {
        if (firstProblem == null) {
            firstProblem = problem;
        }
    }

    @Nullable
    Problem firstProblem() {
        return firstProblem;
    }
}
