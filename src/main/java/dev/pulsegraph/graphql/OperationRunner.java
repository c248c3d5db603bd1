package dev.pulsegraph.graphql;

import dev.pulsegraph.database.DatabaseSettings;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.RateLimits;
import dev.pulsegraph.security.Caller;
import dev.pulsegraph.security.Credentials;
import graphql.ExecutionResult;
import graphql.execution.CoercedVariables;
import graphql.language.Field;
import graphql.language.OperationDefinition;
import graphql.schema.GraphQLSchema;
import io.github.bucket4j.ConsumptionProbe;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.configuration.graphql.GraphQLExecutionResultHandler;
import io.micronaut.configuration.graphql.GraphQLInvocation;
import io.micronaut.context.annotation.Context;
import io.micronaut.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * The way of an operation: its document, its bounds, its cost, its one transaction, its answer. Whatever is refused is
 * refused before the transaction begins. Eager, so that a setting that makes no sense stops the start.
 */
@Context
class OperationRunner {
    private final GraphQLInvocation invocation;
    private final GraphQLSchema schema;
    private final GraphQLExecutionResultHandler results;
    private final Documents documents;
    private final RateLimits rateLimits;
    private final OperationTransaction transaction;
    private final SqlProblems sqlProblems;
    private final GraphQLSettings settings;
    private final DatabaseSettings databaseSettings;
    private final MeterRegistry meters;
    private final AnswerWriter answerWriter;
    private final OperationMeters operationMeters;

    OperationRunner(
            GraphQLInvocation invocation,
            GraphQLExecutionResultHandler results,
            GraphQLSchema schema,
            Documents documents,
            RateLimits rateLimits,
            OperationTransaction transaction,
            SqlProblems sqlProblems,
            GraphQLSettings settings,
            DatabaseSettings databaseSettings,
            MeterRegistry meters,
            OperationMeters operationMeters,
            AnswerWriter answerWriter) {
        this.invocation = invocation;
        this.results = results;
        this.schema = schema;
        this.documents = documents;
        this.rateLimits = rateLimits;
        this.transaction = transaction;
        this.sqlProblems = sqlProblems;
        this.settings = settings;
        this.databaseSettings = databaseSettings;
        this.meters = meters;
        this.operationMeters = operationMeters;
        this.answerWriter = answerWriter;
    }

    GraphQLResponse run(GraphQLRequest request, HttpRequest<?> http, Credentials credentials, Way way) {
        return run(request, http, credentials, way, Watcher.NONE);
    }

    /**
     * Runs a request. A subscription is answered once, as things are now; who wants to know more runs it again.
     *
     * @param http what brought it: a request, or the handshake of a socket
     * @param watcher is told what the answer of a subscription depends on
     */
    GraphQLResponse run(GraphQLRequest asked, HttpRequest<?> http, Credentials credentials, Way way, Watcher watcher) {
        String text = documents.text(asked);
        GraphQLRequest request = asked.withText(text);
        Document document = documents.document(asked, text);
        if (document.limits() != null) {
            throw Problem.of(ErrorCode.LIMIT_EXCEEDED, document.limits());
        }
        if (!document.errors().isEmpty()) {
            return GraphQLResponse.errors(
                    document.isSyntaxError() ? GraphQLResponse.BAD_REQUEST : GraphQLResponse.UNPROCESSABLE,
                    document.errors().stream().map(SpecifiedErrors::of).toList());
        }
        OperationDefinition operation = document.operation(request.operationName());
        if (operation == null) {
            throw Problem.badInput(
                    "operationName",
                    request.operationName() == null
                            ? "the document has more than one operation; say which."
                            : "the document has no single operation `" + Problem.shown(request.operationName()) + "`.");
        }
        GraphQLResponse refusal = way.refusal(operation);
        return refusal == null ? runBounded(request, http, credentials, document, operation, watcher) : refusal;
    }

    /**
     * The request of a subscription, with its text, so that it can be run again whatever is forgotten; empty when it is none,
     * or nothing that can be run.
     */
    Optional<GraphQLRequest> subscription(GraphQLRequest request) {
        String text = documents.text(request);
        Document document = documents.document(request, text);
        if (document.limits() != null || !document.errors().isEmpty()) {
            return Optional.empty();
        }
        OperationDefinition operation = document.operation(request.operationName());
        return operation != null && operation.getOperation() == OperationDefinition.Operation.SUBSCRIPTION
                ? Optional.of(request.withText(text))
                : Optional.empty();
    }

    private GraphQLResponse runBounded(
            GraphQLRequest request,
            HttpRequest<?> http,
            Credentials credentials,
            Document document,
            OperationDefinition operation,
            Watcher watcher) {
        CoercedVariables variables =
                OperationVariables.coerce(schema, document.parsed(), operation, request.variables());
        long requested = Costs.requested(schema, document.parsed(), operation, variables);
        long most = Math.min(settings.maxCost(), settings.rateCapacity());
        if (requested > most) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "The operation may answer " + requested + " objects; at most " + most
                            + " are allowed. Ask for smaller pages.");
        }
        ConsumptionProbe probe = rateLimits.spend(credentials, requested);
        if (!probe.isConsumed()) {
            return GraphQLResponse.rateLimited(
                    1 + Duration.ofNanos(probe.getNanosToWaitForRefill()).toSeconds());
        }
        long begin = System.nanoTime();
        long actual = 0;
        long remaining;
        ExecutionResult result;
        try {
            result = execute(request, http, credentials, document, operation, watcher);
            actual = Costs.actual(result.getData());
        } finally {
            remaining = rateLimits.settle(credentials, requested, actual);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        operationMeters.observe(operation, result.getErrors().isEmpty(), took, requested, actual);
        return answer(request, operation, result, requested, actual, remaining);
    }

    private ExecutionResult execute(
            GraphQLRequest request,
            HttpRequest<?> http,
            Credentials credentials,
            Document document,
            OperationDefinition operation,
            Watcher watcher) {
        if (operation.getOperation() == OperationDefinition.Operation.MUTATION) {
            return transaction.write(
                    credentials,
                    caller -> answerWriter.checked(execute(request, http, document, caller, watcher, false)),
                    result -> result.getErrors().isEmpty());
        }
        if (credentials instanceof Credentials.Token token && asksOnlyForTheSchema(operation)) {
            return execute(request, http, document, new Caller.User(token.userId(), token.operator()), watcher, true);
        }
        return transaction.read(credentials, caller -> execute(request, http, document, caller, watcher, true));
    }

    /** All of it is done on this thread when the result is asked for, and complete when it is answered. */
    private ExecutionResult execute(
            GraphQLRequest request,
            HttpRequest<?> http,
            Document document,
            Caller caller,
            Watcher watcher,
            boolean onlyReads) {
        var operation =
                new Operation(caller, watcher, databaseSettings.operationDeadline(), transaction, meters, onlyReads);
        ExecutionResult result = new RunningOperation(operation, document)
                .run(() -> Objects.requireNonNull(
                        Mono.from(invocation.invoke(request, http, null)).block()));
        if (operation.lost() != null) {
            // Without a database nothing of the answer is one; what a changed table undid is done again.
            throw operation.lost();
        }
        return result;
    }

    private static boolean asksOnlyForTheSchema(OperationDefinition operation) {
        return operation.getSelectionSet().getSelections().stream()
                .allMatch(selection ->
                        selection instanceof Field field && field.getName().startsWith("__"));
    }

    private GraphQLResponse answer(
            GraphQLRequest request,
            OperationDefinition operation,
            ExecutionResult result,
            long requested,
            long actual,
            long remaining) {
        boolean failed = !result.getErrors().isEmpty();
        boolean undone = operation.getOperation() == OperationDefinition.Operation.MUTATION && failed;
        ExecutionResult told = result.transform(builder -> {
            if (undone && result.isDataPresent()) {
                // All of a failed mutation was rolled back, so nothing of it may look as if it were done.
                builder.data(null);
            }
            if (request.wantsCost()) {
                builder.extensions(
                        Map.of("cost", Map.of("requested", requested, "actual", actual, "remaining", remaining)));
            }
        });
        int status = !result.isDataPresent()
                ? GraphQLResponse.UNPROCESSABLE
                : failed ? GraphQLResponse.PARTIAL_SUCCESS : GraphQLResponse.OK;
        return new GraphQLResponse(
                status,
                Objects.requireNonNull(Mono.from(results.handleExecutionResult(Mono.just(told)))
                        .block()),
                null);
    }

    /** What went wrong outside of any resolver. */
    GraphQLResponse failed(Throwable thrown) {
        Problem problem = sqlProblems.told("An operation", thrown);
        meters.counter("gql.error", "gql.error.code", problem.code().name()).increment();
        return GraphQLResponse.refused(problem);
    }
}
