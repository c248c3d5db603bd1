package dev.pulsegraph.graphql;

import graphql.execution.AsyncExecutionStrategy;
import graphql.execution.AsyncSerialExecutionStrategy;
import graphql.execution.ExecutionContext;
import graphql.execution.ExecutionStrategyParameters;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLScalarType;
import org.jspecify.annotations.Nullable;

/** How graphql-java builds an answer: as always, and {@link OperationUsage} is told of each value. */
final class Completion {
    private Completion() {}

    private static OperationUsage usage(ExecutionContext context) {
        return Operation.of(context.getGraphQLContext()).usage();
    }

    /** Of queries, and of all that is below the root of mutations. */
    static final class Parallel extends AsyncExecutionStrategy {
        Parallel(ProblemHandler problems) {
            super(problems);
        }

        @Override
        protected Object completeValueForObject(
                ExecutionContext context,
                ExecutionStrategyParameters parameters,
                GraphQLObjectType type,
                Object value) {
            usage(context).object(type.getName());
            return super.completeValueForObject(context, parameters, type, value);
        }

        @Override
        protected @Nullable Object completeValueForScalar(
                ExecutionContext context,
                ExecutionStrategyParameters parameters,
                GraphQLScalarType type,
                Object value) {
            Object written = super.completeValueForScalar(context, parameters, type, value);
            if (written instanceof Number && parameters.getPath().isListSegment()) {
                usage(context).number();
            } else {
                usage(context).scalar(written);
            }
            return written;
        }

        @Override
        protected @Nullable Object completeValueForEnum(
                ExecutionContext context, ExecutionStrategyParameters parameters, GraphQLEnumType type, Object value) {
            Object written = super.completeValueForEnum(context, parameters, type, value);
            usage(context).scalar(written);
            return written;
        }
    }

    /** Of the fields of a mutation, one after the other. */
    static final class Serial extends AsyncSerialExecutionStrategy {
        Serial(ProblemHandler problems) {
            super(problems);
        }

        @Override
        protected Object completeValueForObject(
                ExecutionContext context,
                ExecutionStrategyParameters parameters,
                GraphQLObjectType type,
                Object value) {
            usage(context).object(type.getName());
            return super.completeValueForObject(context, parameters, type, value);
        }
    }
}
