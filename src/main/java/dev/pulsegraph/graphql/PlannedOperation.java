package dev.pulsegraph.graphql;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.graphql.engine.Execution;
import dev.pulsegraph.graphql.engine.FieldFailure;
import dev.pulsegraph.problem.Outcome;
import graphql.GraphQLError;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a plan asks of the operation it is run for: its time, its bounds, and what is told of failures. */
record PlannedOperation(Operation operation, ProblemHandler problems) implements Execution {
    @Override
    public void checkDeadline() {
        operation.checkDeadline();
    }

    @Override
    public <T extends @Nullable Object> T attempt(Supplier<T> work) {
        return operation.attempt(work);
    }

    @Override
    public List<Outcome<?>> readAll(List<Read<?>> reads, boolean isLast) {
        return operation.readAll(reads, isLast);
    }

    @Override
    public void requireWhole() {
        operation.requireWhole();
    }

    @Override
    public void object(String type) {
        operation.usage().object(type);
    }

    @Override
    public void scalar(@Nullable Object written) {
        operation.usage().scalar(written);
    }

    @Override
    public void number() {
        operation.usage().number();
    }

    @Override
    public GraphQLError error(FieldFailure failure) {
        return problems.error(operation, failure);
    }
}
