package dev.pulsegraph.graphql;

import graphql.ExecutionResult;
import io.micronaut.configuration.graphql.DefaultGraphQLExecutionResultHandler;
import io.micronaut.configuration.graphql.GraphQLExecutionResultHandler;
import io.micronaut.configuration.graphql.GraphQLResponseBody;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.core.async.publisher.Publishers;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Writes results with errors that have a code, a bounded message and words of our own.
 *
 * <p>It replaces the handler of micronaut-graphql, which sends the texts of exceptions to clients as they are.
 */
@Singleton
@Replaces(DefaultGraphQLExecutionResultHandler.class)
class ExecutionResultHandler implements GraphQLExecutionResultHandler {

    @Override
    public Publisher<GraphQLResponseBody> handleExecutionResult(Publisher<ExecutionResult> results) {
        return Publishers.map(results, ExecutionResultHandler::body);
    }

    static GraphQLResponseBody body(ExecutionResult result) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        if (!result.getErrors().isEmpty()) {
            body.put("errors", result.getErrors().stream().map(ErrorFormat::of).toList());
        }
        if (result.isDataPresent()) {
            body.put("data", result.getData());
        }
        if (result.getExtensions() != null) {
            body.put("extensions", result.getExtensions());
        }
        return new GraphQLResponseBody(body);
    }
}
