package dev.pulsegraph.graphql.engine;

import graphql.execution.CoercedVariables;
import graphql.execution.MergedField;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLObjectType;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A field of a selection.
 *
 * @param slot its place in the selection
 * @param parent the type it is a field of
 * @param merged all fields of the document that have the same name in the answer
 * @param code answers it; null where it is read from its object
 * @param reader reads it from its object, where there is no code
 * @param shape of what it answers
 * @param arguments by the variables of a run
 * @param isConstant whether the arguments are the same in every run
 */
record Step(
        int slot,
        GraphQLObjectType parent,
        MergedField merged,
        GraphQLFieldDefinition definition,
        @Nullable FieldCode code,
        Function<Object, @Nullable Object> reader,
        Shape shape,
        Function<CoercedVariables, Map<String, Object>> arguments,
        boolean isConstant,
        JsonName key) {

    /** Whether it takes code, or leads to objects of which more is asked. */
    boolean isEarly() {
        return code != null || !shape.isOfLeaves();
    }

    String responseKey() {
        return merged.getResultKey();
    }
}
