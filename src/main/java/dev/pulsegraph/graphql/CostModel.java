package dev.pulsegraph.graphql;

import graphql.schema.GraphQLAppliedDirective;
import graphql.schema.GraphQLDirectiveContainer;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLSchema;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What types and fields cost: as the directives {@code @cost} and {@code @listSize} of the schemaFile say, and where it depends
 * on arguments, as the feature says that answers the field.
 */
@Singleton
class CostModel {
    private static final double AN_OBJECT = 1;

    private final Map<String, Double> types = new HashMap<>();
    private final Map<String, FieldCost> fields = new HashMap<>();

    CostModel(GraphQLSchema schema, Wiring wiring) {
        Set<String> unknown = new HashSet<>(wiring.estimates().keySet());
        schema.getAllTypesAsList().forEach(type -> {
            if (type instanceof GraphQLFieldsContainer container) {
                types.put(type.getName(), weight((GraphQLDirectiveContainer) type, AN_OBJECT));
                container.getFieldDefinitions().forEach(field -> {
                    String coordinates = type.getName() + "." + field.getName();
                    unknown.remove(coordinates);
                    fields.put(coordinates, fieldCost(field, wiring.estimates().get(coordinates)));
                });
            }
        });
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("There are no such fields to estimate: " + unknown);
        }
    }

    /** Of an object of the type. What the schema tells of itself is free. */
    double weight(String type) {
        return type.startsWith("__") ? 0 : types.getOrDefault(type, AN_OBJECT);
    }

    FieldCost field(String type, String name) {
        return Objects.requireNonNull(fields.get(type + "." + name));
    }

    private static FieldCost fieldCost(GraphQLFieldDefinition field, @Nullable Function<Arguments, Estimate> estimate) {
        GraphQLAppliedDirective size = field.getAppliedDirective("listSize");
        if (size == null) {
            return new FieldCost(weight(field, 0), null, List.of(), List.of(), estimate);
        }
        List<String> slicing = names(size, "slicingArguments");
        slicing.forEach(argument -> Objects.requireNonNull(field.getArgument(argument), argument));
        return new FieldCost(
                weight(field, 0),
                (Integer) findArgument(size, "assumedSize"),
                slicing,
                names(size, "sizedFields"),
                estimate);
    }

    private static double weight(GraphQLDirectiveContainer element, double otherwise) {
        GraphQLAppliedDirective cost = element.getAppliedDirective("cost");
        return cost == null ? otherwise : Double.parseDouble(String.valueOf(findArgument(cost, "weight")));
    }

    private static @Nullable Object findArgument(GraphQLAppliedDirective directive, String name) {
        return Objects.requireNonNull(directive.getArgument(name)).<Object>getValue();
    }

    private static List<String> names(GraphQLAppliedDirective directive, String argument) {
        Collection<?> given = (Collection<?>) findArgument(directive, argument);
        return given == null ? List.of() : given.stream().map(String::valueOf).toList();
    }

    /**
     * What a field costs.
     *
     * @param weight of asking for it, whatever it answers
     * @param assumedSize of its list, or of those it sizes, where nothing is known
     * @param slicingArguments which say how long it is
     * @param sizedFields whose lists these arguments are about; none when it is the field's own
     * @param estimate of its arguments; null where they tell no more
     */
    record FieldCost(
            double weight,
            @Nullable Integer assumedSize,
            List<String> slicingArguments,
            List<String> sizedFields,
            @Nullable Function<Arguments, Estimate> estimate) {

        /** More than any list is allowed. */
        private static final int ENORMOUS = 1_000_000;

        boolean dependsOnArguments() {
            return estimate != null || !slicingArguments.isEmpty();
        }

        /** Whether it says more than other fields do. */
        boolean isTold() {
            return weight > 0 || assumedSize != null || dependsOnArguments();
        }

        /**
         * @param arguments with those that have defaults
         * @param given those that are in the document
         */
        Estimate of(Arguments arguments, Set<String> given) {
            if (estimate == null) {
                return sized(arguments, given);
            }
            try {
                return estimate.apply(arguments);
            } catch (RuntimeException refused) {
                // The field says what is wrong.
                return Estimate.NONE;
            }
        }

        private Estimate sized(Arguments arguments, Set<String> given) {
            Integer size = largest(arguments, given);
            if (size == null) {
                size = largest(arguments, Set.copyOf(slicingArguments));
            }
            if (size == null) {
                size = assumedSize;
            }
            return size == null ? Estimate.NONE : sized(size);
        }

        Estimate sized(int size) {
            Estimate sized = Estimate.of(0, "");
            for (String field : sizedFields.isEmpty() ? List.of("") : sizedFields) {
                sized = sized.with(field, size);
            }
            return sized;
        }

        private @Nullable Integer largest(Arguments arguments, Set<String> of) {
            Integer largest = null;
            for (String name : slicingArguments) {
                if (of.contains(name) && arguments.values().get(name) instanceof Integer number) {
                    int size = Math.clamp(number, 1, ENORMOUS);
                    largest = largest == null ? size : Math.max(largest, size);
                }
            }
            return largest;
        }
    }
}
