package dev.pulsegraph.graphql.engine;

import graphql.schema.GraphQLOutputType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How the answer is made of the value of a field. */
sealed interface Shape {
    /** The type, without the mark that says that it is never null. */
    GraphQLOutputType type();

    boolean isNonNull();

    /** Whether nothing below is an object. */
    boolean isOfLeaves();

    /** Whether a field below is asked for, by its path of names. */
    boolean selects(List<String> path);

    /**
     * A scalar or an enum.
     *
     * @param serialize makes a text, number, flag or JSON of it
     */
    record Leaf(GraphQLOutputType type, boolean isNonNull, Function<Object, @Nullable Object> serialize)
            implements Shape {
        @Override
        public boolean isOfLeaves() {
            return true;
        }

        @Override
        public boolean selects(List<String> path) {
            return false;
        }
    }

    record ListOf(GraphQLOutputType type, boolean isNonNull, Shape element) implements Shape {
        @Override
        public boolean isOfLeaves() {
            return element.isOfLeaves();
        }

        @Override
        public boolean selects(List<String> path) {
            return element.selects(path);
        }
    }

    /**
     * An object of one type, or of one of several.
     *
     * @param selections by the names of the types
     * @param typeOf the name of the type of an object
     */
    record ObjectOf(
            GraphQLOutputType type,
            boolean isNonNull,
            Map<String, Selection> selections,
            Function<Object, String> typeOf)
            implements Shape {

        Selection selection(Object object) {
            return Objects.requireNonNull(selections.get(typeOf.apply(object)));
        }

        @Override
        public boolean isOfLeaves() {
            return false;
        }

        @Override
        public boolean selects(List<String> path) {
            for (Selection selection : selections.values()) {
                for (Step step : selection.steps()) {
                    if (step.merged().getName().equals(path.getFirst())
                            && (path.size() == 1 || step.shape().selects(path.subList(1, path.size())))) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
