package dev.pulsegraph.graphql.engine;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.problem.Outcome;
import graphql.GraphQLError;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operation a plan is run for: what it allows, and what it is told. */
public interface Execution {
    /** Called before anything that may take time; throws when there is none left. */
    void checkDeadline();

    /** Answers one field. When a statement in it fails, those of other fields can still be sent. */
    <T extends @Nullable Object> T attempt(Supplier<T> work);

    /**
     * Reads all of it in one round trip, for answers in the same order; throws when it is none.
     *
     * @param isLast whether nothing is read after it, if it does not fail
     */
    List<Outcome<?>> readAll(List<Read<?>> reads, boolean isLast);

    /** Throws when nothing of the answer is one, whatever else would be read. */
    void requireWhole();

    /** An object of the answer. */
    void object(String type);

    /** A value of the answer that is no object; null when it could not be serialized. */
    void scalar(@Nullable Object written);

    /** A number in a list. */
    void number();

    /** What is told of a field that failed. */
    GraphQLError error(FieldFailure failure);
}
