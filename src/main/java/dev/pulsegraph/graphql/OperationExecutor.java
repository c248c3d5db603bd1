package dev.pulsegraph.graphql;

import dev.pulsegraph.database.DatabaseSettings;
import dev.pulsegraph.database.Demand;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.Read;
import dev.pulsegraph.graphql.engine.Plan;
import dev.pulsegraph.graphql.engine.PlanRun;
import dev.pulsegraph.problem.Outcome;
import dev.pulsegraph.security.Caller;
import dev.pulsegraph.security.Credentials;
import graphql.ExecutionResult;
import graphql.ExecutionResultImpl;
import graphql.execution.CoercedVariables;
import graphql.language.Field;
import graphql.language.OperationDefinition;
import io.micronaut.configuration.graphql.GraphQLInvocation;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Executes an operation in its one transaction: a query by its plan, all else, and what has no plan, by graphql-java through
 * micronaut-graphql.
 */
@Singleton
class OperationExecutor {
    private final GraphQLInvocation invocation;
    private final Documents documents;
    private final OperationTransaction transaction;
    private final ProblemHandler problems;
    private final ResponseWriter answerWriter;
    private final FieldMeters fieldMeters;
    private final DatabaseSettings databaseSettings;

    OperationExecutor(
            GraphQLInvocation invocation,
            Documents documents,
            OperationTransaction transaction,
            ProblemHandler problems,
            ResponseWriter answerWriter,
            FieldMeters fieldMeters,
            DatabaseSettings databaseSettings) {
        this.invocation = invocation;
        this.documents = documents;
        this.transaction = transaction;
        this.problems = problems;
        this.answerWriter = answerWriter;
        this.fieldMeters = fieldMeters;
        this.databaseSettings = databaseSettings;
    }

    /** What is answered; thrown is what takes all of it. */
    ExecutionResult execute(Running running, Credentials credentials, Demand demand) {
        if (running.operation.getOperation() == OperationDefinition.Operation.MUTATION) {
            return transaction.write(
                    credentials,
                    demand,
                    caller -> answerWriter.checked(execute(running, caller, false)),
                    result -> result.getErrors().isEmpty());
        }
        if (credentials instanceof Credentials.Token token && isIntrospection(running.operation)) {
            return execute(running, new Caller.User(token.userId(), token.operator()), true);
        }
        Plan plan = plan(running);
        if (plan == null) {
            return transaction.read(credentials, demand, caller -> execute(running, caller, true));
        }
        return written(
                credentials instanceof Credentials.Token token
                        ? transaction.read(token, demand, new PlannedQuery(running, plan, token))
                        : transaction.read(
                                credentials,
                                demand,
                                caller -> read(running, plan, caller, Map.of(), System.nanoTime())));
    }

    /** The query of a user. Who they are is known before, and so is what is read first. */
    private final class PlannedQuery implements OperationTransaction.Query<PlanRun> {
        private final Running running;
        private final Plan plan;
        private final Caller user;
        private long startedAt;
        private Map<Object, Read<?>> declared = Map.of();

        PlannedQuery(Running running, Plan plan, Credentials.Token token) {
            this.running = running;
            this.plan = plan;
            this.user = new Caller.User(token.userId(), token.operator());
        }

        @Override
        public List<Read<?>> first() {
            startedAt = System.nanoTime();
            declared = inOperation(running, plan, user, Map.of(), startedAt, PlanRun::declared);
            return List.copyOf(declared.values());
        }

        @Override
        public PlanRun run(Caller caller, List<Outcome<?>> answers) {
            Map<Object, Map<?, ?>> ahead = new HashMap<>();
            Iterator<Object> together = declared.keySet().iterator();
            for (Outcome<?> answer : answers) {
                Object key = together.next();
                if (answer.value() instanceof Map<?, ?> found) {
                    ahead.put(key, found);
                }
            }
            return read(running, plan, caller, ahead, startedAt);
        }
    }

    private PlanRun read(Running running, Plan plan, Caller caller, Map<Object, Map<?, ?>> ahead, long startedAt) {
        return inOperation(running, plan, caller, ahead, startedAt, run -> {
            ahead.values().forEach(answer -> running.usage.rows(answer.size()));
            run.read();
            return run;
        });
    }

    private <T> T inOperation(
            Running running,
            Plan plan,
            Caller caller,
            Map<Object, Map<?, ?>> ahead,
            long startedAt,
            Function<PlanRun, T> work) {
        Operation operation = operation(running, caller, true, startedAt);
        var run = new PlanRun(plan, running.variables, new PlannedOperation(operation, problems), ahead);
        return new RunningOperation(operation, running.document).run(() -> work.apply(run));
    }

    /** Null for what graphql-java answers. */
    private @Nullable Plan plan(Running running) {
        return running.operation.getOperation() == OperationDefinition.Operation.QUERY
                ? documents.plan(
                        Objects.requireNonNull(running.request.query()),
                        running.document,
                        running.operation,
                        running.variables)
                : null;
    }

    /** Writes what was read when the connection is another's already. */
    private static ExecutionResult written(PlanRun run) {
        PlanRun.Result result = run.write();
        return ExecutionResultImpl.newExecutionResult()
                .data(result.data())
                .errors(result.errors())
                .build();
    }

    private Operation operation(Running running, Caller caller, boolean onlyReads, long startedAt) {
        return new Operation(
                caller,
                running.dependencies,
                databaseSettings.operationDeadline(),
                transaction,
                fieldMeters,
                onlyReads,
                running.usage,
                startedAt);
    }

    /** All of it is done on this thread when the result is asked for, and complete when it is answered. */
    private ExecutionResult execute(Running running, Caller caller, boolean onlyReads) {
        Operation operation = operation(running, caller, onlyReads, System.nanoTime());
        ExecutionResult result;
        try {
            result = new RunningOperation(operation, running.document)
                    .run(() -> Objects.requireNonNull(Mono.from(invocation.invoke(running.request, running.http, null))
                            .block()));
        } catch (RuntimeException failure) {
            operation.requireWhole();
            throw failure;
        }
        operation.requireWhole();
        return result;
    }

    /** What is to be run, and what it uses. */
    record Running(
            GraphQLRequest request,
            HttpRequest<?> http,
            Document document,
            OperationDefinition operation,
            CoercedVariables variables,
            ChangeDependencies dependencies,
            OperationUsage usage) {}

    private static boolean isIntrospection(OperationDefinition operation) {
        return operation.getSelectionSet().getSelections().stream()
                .allMatch(selection ->
                        selection instanceof Field field && field.getName().startsWith("__"));
    }
}
