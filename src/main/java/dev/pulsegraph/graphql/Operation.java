package dev.pulsegraph.graphql;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Caller;
import graphql.GraphQLContext;
import graphql.schema.DataFetchingEnvironment;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The running operation: who asked, and how much time is left. Lives on one thread, in one transaction. */
final class Operation {
    private static final Duration UNHURRIED = Duration.ofSeconds(1);

    private final Caller caller;
    private final Watcher watcher;
    private final Duration deadline;
    private final OperationTransaction transaction;
    private final MeterRegistry meters;
    private final long startedAt = System.nanoTime();
    private @Nullable Problem firstProblem;

    Operation(
            Caller caller, Watcher watcher, Duration deadline, OperationTransaction transaction, MeterRegistry meters) {
        this.caller = caller;
        this.watcher = watcher;
        this.deadline = deadline;
        this.transaction = transaction;
        this.meters = meters;
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

    /** Called by a field of Subscription, before it reads. */
    void dependsOn(String topic, UUID organization) {
        watcher.watch(topic, organization);
    }

    /** Called before anything that may take time; TIMEOUT when there is none left. */
    void checkDeadline() {
        Duration spent = Duration.ofNanos(System.nanoTime() - startedAt);
        Duration left = deadline.minus(spent);
        if (left.isNegative() || left.isZero()) {
            throw Problem.of(
                    ErrorCode.TIMEOUT, "The operation took longer than " + deadline.toMillis() + " ms; ask for less.");
        }
        if (spent.compareTo(UNHURRIED) > 0) {
            transaction.limitStatements(left);
        }
    }

    /** Runs a batch within the deadline and records how long it took. */
    <T> T timed(String loader, Supplier<T> work) {
        checkDeadline();
        long begin = System.nanoTime();
        try {
            return work.get();
        } finally {
            meters.timer("gql.dataLoader", "gql.loaderName", loader)
                    .record(Duration.ofNanos(System.nanoTime() - begin));
        }
    }

    /** Remembers the first failure: in a transaction all later statements fail because of it. */
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
