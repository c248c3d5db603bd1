package dev.pulsegraph.graphql;

import graphql.execution.instrumentation.InstrumentationState;
import graphql.execution.instrumentation.SimplePerformantInstrumentation;
import graphql.execution.instrumentation.parameters.InstrumentationFieldFetchParameters;
import graphql.schema.DataFetcher;
import graphql.schema.GraphQLNamedType;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Times what is more than reading a property, and stops it when the operation has no time left. */
@Singleton
class OperationInstrumentation extends SimplePerformantInstrumentation {
    private final FieldMeters meters;

    OperationInstrumentation(FieldMeters meters) {
        this.meters = meters;
    }

    @Override
    public DataFetcher<?> instrumentDataFetcher(
            DataFetcher<?> fetcher,
            InstrumentationFieldFetchParameters parameters,
            @Nullable InstrumentationState state) {
        if (parameters.isTrivialDataFetcher()) {
            return fetcher;
        }
        Timer timer =
                meters.resolver(((GraphQLNamedType) parameters.getEnvironment().getParentType()).getName() + "."
                        + parameters.getEnvironment().getField().getName());
        if (timer == null) {
            return fetcher;
        }
        return environment -> {
            Operation.of(environment).checkDeadline();
            long begin = System.nanoTime();
            try {
                return fetcher.get(environment);
            } finally {
                timer.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
            }
        };
    }
}
