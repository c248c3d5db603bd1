package dev.pulsegraph.graphql;

import graphql.execution.CoercedVariables;
import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.IntValue;
import graphql.language.ObjectValue;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.GraphQLCompositeType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an operation costs: one for each object its answer may hold. A connection counts as many nodes as {@code first}
 * or {@code last} asks for, itself or in {@code input}, a list given by {@code ids} as many as there are ids, any other
 * list 10. A mutation costs 10 more a root field. Introspection is free. A list of numbers, such as a vector, costs one for
 * each hundred of them, and is taken for one of a thousand before it is known.
 */
final class Costs {
    private static final int MUTATION = 10;
    private static final int UNPAGED_LIST = 10;
    private static final int DEFAULT_PAGE = 20;
    private static final int NUMBERS = 100;
    private static final int UNKNOWN_NUMBERS = 10;
    private static final long ENORMOUS = 1_000_000_000_000L;
    /** More than any list is allowed; keeps products from overflowing. */
    private static final int ENORMOUS_LIST = 1_000_000;

    private final GraphQLSchema schema;
    private final Map<String, FragmentDefinition> fragments = new HashMap<>();
    private final Map<String, Long> known = new HashMap<>();
    private final Map<String, ?> variables;

    private Costs(GraphQLSchema schema, Document document, Map<String, ?> variables) {
        this.schema = schema;
        this.variables = variables;
        document.getDefinitionsOfType(FragmentDefinition.class)
                .forEach(fragment -> fragments.put(fragment.getName(), fragment));
    }

    /** The most objects the answer may hold. */
    static long requested(
            GraphQLSchema schema, Document document, OperationDefinition operation, CoercedVariables variables) {
        var costs = new Costs(schema, document, variables.toMap());
        boolean mutation = operation.getOperation() == OperationDefinition.Operation.MUTATION;
        GraphQLFieldsContainer root = Objects.requireNonNull(
                switch (operation.getOperation()) {
                    case QUERY -> schema.getQueryType();
                    case MUTATION -> schema.getMutationType();
                    case SUBSCRIPTION -> schema.getSubscriptionType();
                });
        long cost = costs.of(operation.getSelectionSet(), root, 1);
        return mutation
                ? cost
                        + (long) MUTATION
                                * operation.getSelectionSet().getSelections().size()
                : cost;
    }

    /** The objects the answer does hold. */
    static long actual(@Nullable Object data) {
        return switch (data) {
            case Map<?, ?> object ->
                1 + object.values().stream().mapToLong(Costs::actual).sum();
            case Collection<?> list ->
                list.isEmpty() || !(list.iterator().next() instanceof Number)
                        ? list.stream().mapToLong(Costs::actual).sum()
                        : (list.size() + NUMBERS - 1) / NUMBERS;
            case null -> 0;
            default -> 0;
        };
    }

    private long of(@Nullable SelectionSet set, GraphQLCompositeType type, int pageSize) {
        long cost = 0;
        if (set != null) {
            for (Selection<?> selection : set.getSelections()) {
                cost = Math.min(
                        ENORMOUS,
                        cost
                                + switch (selection) {
                                    case Field field -> of(field, type, pageSize);
                                    case InlineFragment fragment ->
                                        of(
                                                fragment.getSelectionSet(),
                                                narrowed(
                                                        type,
                                                        fragment.getTypeCondition() == null
                                                                ? null
                                                                : fragment.getTypeCondition()
                                                                        .getName()),
                                                pageSize);
                                    case FragmentSpread spread -> ofFragment(spread.getName(), pageSize);
                                    default -> 0L;
                                });
            }
        }
        return cost;
    }

    private long ofFragment(String name, int pageSize) {
        String key = name + '/' + pageSize;
        Long cost = known.get(key);
        if (cost == null) {
            FragmentDefinition fragment = Objects.requireNonNull(fragments.get(name));
            cost = of(
                    fragment.getSelectionSet(),
                    composite(fragment.getTypeCondition().getName()),
                    pageSize);
            known.put(key, cost);
        }
        return cost;
    }

    /** Validation has seen to it that the type exists and has fields. */
    private GraphQLCompositeType composite(String name) {
        return (GraphQLCompositeType) Objects.requireNonNull(schema.getType(name));
    }

    private GraphQLCompositeType narrowed(GraphQLCompositeType type, @Nullable String condition) {
        return condition == null ? type : composite(condition);
    }

    private long of(Field field, GraphQLCompositeType parent, int pageSize) {
        if (field.getName().startsWith("__") || !(parent instanceof GraphQLFieldsContainer container)) {
            return 0;
        }
        GraphQLFieldDefinition definition = container.getFieldDefinition(field.getName());
        if (!(GraphQLTypeUtil.unwrapAll(definition.getType()) instanceof GraphQLCompositeType type)) {
            return isListOfNumbers(definition.getType()) ? UNKNOWN_NUMBERS : 0;
        }
        if (!isList(definition.getType())) {
            return 1 + of(field.getSelectionSet(), type, pageSize(field, definition));
        }
        boolean paged =
                parent.getName().endsWith("Connection") || parent.getName().equals("SimilarResult");
        long size = paged ? pageSize : listSize(field);
        return Math.min(ENORMOUS, size * (1 + of(field.getSelectionSet(), type, DEFAULT_PAGE)));
    }

    private static boolean isList(GraphQLType type) {
        GraphQLType inner = type instanceof GraphQLNonNull nonNull ? nonNull.getWrappedType() : type;
        return inner instanceof GraphQLList;
    }

    private static boolean isListOfNumbers(GraphQLType type) {
        return isList(type)
                && List.of("Float", "Int", "Long")
                        .contains(GraphQLTypeUtil.unwrapAll(type).getName());
    }

    private int pageSize(Field field, GraphQLFieldDefinition definition) {
        Integer asked = number(field, "first");
        if (asked == null) {
            asked = number(field, "last");
        }
        if (asked == null
                && definition.getArgument("first") != null
                && definition.getArgument("first").getArgumentDefaultValue().getValue() instanceof IntValue otherwise) {
            asked = otherwise.getValue().intValue();
        }
        return asked == null ? DEFAULT_PAGE : Math.clamp(asked, 1, ENORMOUS_LIST);
    }

    private int listSize(Field field) {
        Value<?> ids = value(field, "ids");
        if (ids instanceof ArrayValue list) {
            return Math.max(1, list.getValues().size());
        }
        if (ids instanceof VariableReference variable && variables.get(variable.getName()) instanceof List<?> list) {
            return Math.max(1, list.size());
        }
        return UNPAGED_LIST;
    }

    /** The number given as an argument, or as a field of the argument {@code input}. */
    private @Nullable Integer number(Field field, String name) {
        Integer argument = number(value(field, name));
        if (argument != null) {
            return argument;
        }
        return switch (value(field, "input")) {
            case ObjectValue input ->
                input.getObjectFields().stream()
                        .filter(given -> given.getName().equals(name))
                        .findFirst()
                        .map(given -> number(given.getValue()))
                        .orElse(null);
            case VariableReference variable ->
                variables.get(variable.getName()) instanceof Map<?, ?> input
                                && input.get(name) instanceof Integer number
                        ? number
                        : null;
            case null -> null;
            default -> null;
        };
    }

    private @Nullable Integer number(@Nullable Value<?> value) {
        return switch (value) {
            case IntValue literal -> literal.getValue().intValue();
            case VariableReference variable ->
                variables.get(variable.getName()) instanceof Integer number ? number : null;
            case null -> null;
            default -> null;
        };
    }

    private static @Nullable Value<?> value(Field field, String argument) {
        for (Argument given : field.getArguments()) {
            if (given.getName().equals(argument)) {
                return given.getValue();
            }
        }
        return null;
    }
}
