package dev.pulsegraph.graphql;

import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.graphql.engine.FieldFailure;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.ErrorBody;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import graphql.execution.ResultPath;
import graphql.schema.DataFetchingEnvironment;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Turns what a resolver threw into an error of the answer. What is nobody's business is masked and logged. */
@Singleton
class ProblemHandler implements DataFetcherExceptionHandler {
    private final SqlProblems sqlProblems;
    private final MeterRegistry meters;

    ProblemHandler(SqlProblems sqlProblems, MeterRegistry meters) {
        this.sqlProblems = sqlProblems;
        this.meters = meters;
    }

    @Override
    public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
            DataFetcherExceptionHandlerParameters parameters) {
        DataFetchingEnvironment environment = parameters.getDataFetchingEnvironment();
        GraphQLError error =
                error(Operation.of(environment), failure(environment, parameters.getPath(), parameters.getException()));
        return CompletableFuture.completedFuture(
                DataFetcherExceptionHandlerResult.newResult(error).build());
    }

    /** @param path of what failed: that of the field, or of an element of its list */
    static FieldFailure failure(DataFetchingEnvironment environment, ResultPath path, Throwable thrown) {
        return new FieldFailure(
                thrown,
                path,
                environment.getField().getSourceLocation(),
                environment.getFieldDefinition(),
                environment::getArguments);
    }

    GraphQLError error(Operation operation, FieldFailure failure) {
        Throwable thrown = failure.thrown();
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        operation.dies(cause);
        Problem problem = abortedTransaction(operation, cause);
        if (problem == null) {
            problem = sqlProblems.told(failure.path(), cause);
        }
        operation.failed(problem);
        String message = OffendingInput.sentence(problem, failure.definition(), failure.arguments());
        meters.counter("gql.error", "gql.error.code", problem.code().name()).increment();
        return GraphqlErrorBuilder.newError()
                .message("%s", message)
                .path(failure.path())
                .location(failure.location())
                .extensions(ErrorBody.extensions(problem))
                .build();
    }

    /** In a mutation, which writes all or nothing, no statement is taken after one that failed. */
    private static @Nullable Problem abortedTransaction(Operation operation, Throwable cause) {
        Problem first = operation.firstProblem();
        return first != null && SqlProblems.isAftermath(cause)
                ? Problem.of(first.code(), "Not answered, because another part of the operation failed.")
                : null;
    }
}
