package dev.pulsegraph.graphql;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is being executed on this thread, for {@link OperationInput}, which is told of nothing but the request.
 *
 * @param operation who asked, and how much time is left
 * @param document what was parsed and validated before
 */
record RunningOperation(Operation operation, Document document) {
    private static final ScopedValue<RunningOperation> CURRENT = ScopedValue.newInstance();

    static RunningOperation current() {
        return CURRENT.get();
    }

    /** Empty where nothing is executed. */
    static Optional<RunningOperation> find() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    <T> T run(Supplier<T> execution) {
        return ScopedValue.where(CURRENT, this).call(execution::get);
    }
}
