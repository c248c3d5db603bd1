package dev.pulsegraph.graphql;

import dev.pulsegraph.database.DatabaseSettings;
import dev.pulsegraph.database.Demand;
import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.RateLimits;
import dev.pulsegraph.security.Credentials;
import graphql.ExecutionResult;
import graphql.execution.CoercedVariables;
import graphql.language.OperationDefinition;
import graphql.schema.GraphQLSchema;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.configuration.graphql.GraphQLExecutionResultHandler;
import io.micronaut.context.annotation.Context;
import io.micronaut.http.HttpRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * The way of an operation: its document, its bounds, its cost, its one transaction, its answer. Whatever is refused is
 * refused before the transaction begins. Eager, so that a setting that makes no sense stops the start.
 */
@Context
class OperationRunner {
    private static final int MAX_PARTS = 20;
    private static final int MAX_PARTS_IN_MESSAGE = 3;

    private final OperationExecutor executor;
    private final GraphQLSchema schema;
    private final CostModel model;
    private final ResponseMemory memory;
    private final GraphQLExecutionResultHandler results;
    private final Documents documents;
    private final RateLimits rateLimits;
    private final SqlProblems sqlProblems;
    private final GraphQLSettings settings;
    private final DatabaseSettings databaseSettings;
    private final MeterRegistry meters;
    private final OperationMeters operationMeters;

    OperationRunner(
            GraphQLExecutionResultHandler results,
            OperationExecutor executor,
            GraphQLSchema schema,
            CostModel model,
            ResponseMemory memory,
            Documents documents,
            RateLimits rateLimits,
            SqlProblems sqlProblems,
            GraphQLSettings settings,
            DatabaseSettings databaseSettings,
            MeterRegistry meters,
            OperationMeters operationMeters) {
        this.results = results;
        this.executor = executor;
        this.schema = schema;
        this.model = model;
        this.memory = memory;
        this.documents = documents;
        this.rateLimits = rateLimits;
        this.sqlProblems = sqlProblems;
        this.settings = settings;
        this.databaseSettings = databaseSettings;
        this.meters = meters;
        this.operationMeters = operationMeters;
    }

    GraphQLResponse run(GraphQLRequest request, HttpRequest<?> http, Credentials credentials, Transport transport) {
        return run(prepare(request, credentials), http, credentials, transport, ChangeDependencies.NONE);
    }

    /** Finds the document of a request, which may cost something whether or not any of it can be run. */
    Prepared prepare(GraphQLRequest asked, Credentials credentials) {
        String text = documents.text(asked);
        // To parse and validate a long one takes time that others have not. What is more than a whole share would be
        // refused for ever.
        long cost = Math.min(documents.cost(text), settings.rateCapacity() / 2);
        if (cost > 0 && !rateLimits.take(credentials, cost).probe().isConsumed()) {
            throw Problem.of(
                    ErrorCode.RATE_LIMITED,
                    "The document is long, which costs " + cost + ", and your cost budget is used up.");
        }
        return new Prepared(asked.withText(text), documents.document(asked, text));
    }

    /**
     * A request with its document.
     *
     * @param request with the text it means, so that it can be run again whatever is forgotten
     */
    record Prepared(GraphQLRequest request, Document document) {
        /** Whether it asks for a subscription, and can be run. */
        boolean isSubscription() {
            OperationDefinition operation = document.isRunnable() ? document.operation(request.operationName()) : null;
            return operation != null && operation.getOperation() == OperationDefinition.Operation.SUBSCRIPTION;
        }
    }

    /**
     * Runs a request. A subscription is answered once, as things are now; who wants to know more runs it again.
     *
     * @param http what brought it: a request, or the handshake of a socket
     * @param dependencies is told what the answer of a subscription depends on
     */
    GraphQLResponse run(
            Prepared prepared,
            HttpRequest<?> http,
            Credentials credentials,
            Transport transport,
            ChangeDependencies dependencies) {
        GraphQLRequest request = prepared.request;
        Document document = prepared.document;
        if (document.limits() != null) {
            throw Problem.of(ErrorCode.LIMIT_EXCEEDED, document.limits());
        }
        if (!document.errors().isEmpty()) {
            return GraphQLResponse.errors(
                    document.isSyntaxError() ? GraphQLResponse.BAD_REQUEST : GraphQLResponse.UNPROCESSABLE,
                    document.errors().stream().map(ErrorFormat::of).toList());
        }
        OperationDefinition operation = document.operation(request.operationName());
        if (operation == null) {
            throw Problem.badInput(
                    "operationName",
                    request.operationName() == null
                            ? "the document has more than one operation; say which."
                            : "the document has no single operation `" + Problem.shown(request.operationName()) + "`.");
        }
        GraphQLResponse refusal = transport.refusal(operation);
        return refusal == null
                ? runBounded(request, http, credentials, transport, document, operation, dependencies)
                : refusal;
    }

    private GraphQLResponse runBounded(
            GraphQLRequest request,
            HttpRequest<?> http,
            Credentials credentials,
            Transport transport,
            Document document,
            OperationDefinition operation,
            ChangeDependencies dependencies) {
        CoercedVariables variables =
                OperationVariables.coerce(schema, document.parsed(), operation, request.variables());
        Costs costs = Costs.of(model, schema, document.parsed(), operation, variables);
        long requested = costs.total();
        long most = Math.min(
                settings.maxCost(),
                Math.min(settings.rateCapacity(), settings.ofOrganization().capacity()));
        if (requested > most) {
            return tooCostly(request, costs, most);
        }
        RateLimits.Taken taken = rateLimits.take(credentials, requested);
        if (!taken.probe().isConsumed()) {
            return GraphQLResponse.rateLimited(1
                    + Duration.ofNanos(taken.probe().getNanosToWaitForRefill()).toSeconds());
        }
        var demand =
                new Demand(requested >= settings.heavyCost() || taken.isSpendthrift(), transport == Transport.SOCKET);
        var usage = new OperationUsage(
                model,
                memory.share(credentials),
                memory.maxBytesOfOne(),
                settings.maxAnswerObjects(),
                databaseSettings.operationDeadline(),
                costs.work());
        var running = new OperationExecutor.Running(request, http, document, operation, variables, dependencies, usage);
        long begin = System.nanoTime();
        long remaining = 0;
        ExecutionResult result = null;
        try {
            result = executor.execute(running, credentials, demand);
        } finally {
            usage.end();
            remaining = taken.settle(usage.cost() + usage.costOfTime());
            if (result == null) {
                usage.close();
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        operationMeters.observe(operation, result.getErrors().isEmpty(), took, requested, usage.cost());
        return answer(running, result, costs, remaining);
    }

    /** What is refused before it runs, and what would have to be less. */
    private static GraphQLResponse tooCostly(GraphQLRequest request, Costs costs, long most) {
        List<Costs.Part> parts = costs.parts(MAX_PARTS);
        String largest = parts.stream()
                .limit(MAX_PARTS_IN_MESSAGE)
                .map(part -> "`" + Problem.shown(part.path()) + "` " + part.cost()
                        + (part.what().isEmpty() ? "" : " (" + part.what() + ")"))
                .collect(Collectors.joining(", "));
        long percent = 100 * most / costs.total();
        GraphQLResponse refused = GraphQLResponse.refused(Problem.of(
                ErrorCode.LIMIT_EXCEEDED,
                "The operation costs " + costs.total() + "; at most " + most + " are allowed, "
                        + (percent == 0 ? "less than 1" : percent) + " % of that. Most of it: " + largest
                        + ". Ask for smaller pages, shorter ranges, fewer groups, or for less at once."));
        if (request.wantsCost()) {
            refused = refused.with("extensions", Map.of("cost", summary(request, costs)));
        }
        return refused;
    }

    private static Map<String, Object> summary(GraphQLRequest request, Costs costs) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("requested", costs.total());
        if (request.wantsCostExplained()) {
            told.put(
                    "parts",
                    costs.parts(MAX_PARTS).stream()
                            .map(part -> Map.of("path", part.path(), "cost", part.cost(), "what", part.what()))
                            .toList());
        }
        return told;
    }

    private GraphQLResponse answer(
            OperationExecutor.Running running, ExecutionResult result, Costs costs, long remaining) {
        boolean failed = !result.getErrors().isEmpty();
        boolean changes = running.operation().getOperation() == OperationDefinition.Operation.MUTATION;
        ExecutionResult told = result.transform(builder -> {
            if (changes && failed && result.isDataPresent()) {
                // All of a failed mutation was rolled back, so nothing of it may look as if it were done.
                builder.data(null);
            }
            if (running.request().wantsCost()) {
                Map<String, Object> cost = summary(running.request(), costs);
                cost.put("actual", running.usage().cost());
                cost.put("time", running.usage().costOfTime());
                cost.put("remaining", remaining);
                builder.extensions(Map.of("cost", cost));
            }
        });
        int status = !result.isDataPresent()
                ? GraphQLResponse.UNPROCESSABLE
                : failed ? GraphQLResponse.PARTIAL_SUCCESS : GraphQLResponse.OK;
        return new GraphQLResponse(
                status,
                Objects.requireNonNull(Mono.from(results.handleExecutionResult(Mono.just(told)))
                        .block()),
                null,
                new GraphQLResponse.Room(running.usage(), !changes));
    }

    /** What went wrong outside of any resolver. An error of the JVM is nothing to answer, but for a stack that is too short. */
    GraphQLResponse failed(Throwable thrown) {
        if (thrown instanceof VirtualMachineError fatal && !(fatal instanceof StackOverflowError)) {
            throw fatal;
        }
        Problem problem = sqlProblems.told("An operation", thrown);
        meters.counter("gql.error", "gql.error.code", problem.code().name()).increment();
        return GraphQLResponse.refused(problem);
    }
}
