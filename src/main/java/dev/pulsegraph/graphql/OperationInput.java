package dev.pulsegraph.graphql;

import graphql.ExecutionInput;
import graphql.introspection.Introspection;
import io.micronaut.configuration.graphql.GraphQLExecutionInputCustomizer;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Gives an execution its operation, its document and the language of its errors. */
@Singleton
class OperationInput implements GraphQLExecutionInputCustomizer {
    private final GraphQLSettings settings;

    OperationInput(GraphQLSettings settings) {
        this.settings = settings;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Publisher<ExecutionInput> customize(
            ExecutionInput input, HttpRequest request, @Nullable MutableHttpResponse<String> response) {
        RunningOperation running = RunningOperation.current();
        input.getGraphQLContext().put(Operation.class, running.operation());
        input.getGraphQLContext().put(Document.class, running.document());
        if (!settings.introspection()) {
            input.getGraphQLContext().put(Introspection.INTROSPECTION_DISABLED, true);
        }
        return Mono.just(input.transform(builder -> builder.locale(Locale.ENGLISH)));
    }
}
