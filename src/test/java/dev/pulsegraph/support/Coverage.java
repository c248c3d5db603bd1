package dev.pulsegraph.support;

import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.Document;
import graphql.language.EnumValue;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.ObjectValue;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.parser.Parser;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which parts of the schema were used: fields that answered something, and arguments and enum values that were given. */
public final class Coverage {
    private final GraphQLSchema schema;
    private final Set<String> used = new TreeSet<>();

    public Coverage(GraphQLSchema schema) {
        this.schema = schema;
    }

    /** Notes an operation; fields count only when {@code data} holds more than null for them. */
    public void note(String text, Map<?, ?> variables, @Nullable Object data) {
        Document document = Parser.parse(text);
        OperationDefinition operation =
                document.getDefinitionsOfType(OperationDefinition.class).getFirst();
        GraphQLFieldsContainer root = Objects.requireNonNull(
                switch (operation.getOperation()) {
                    case QUERY -> schema.getQueryType();
                    case MUTATION -> schema.getMutationType();
                    case SUBSCRIPTION -> schema.getSubscriptionType();
                });
        new Walk(document, variables).selections(operation.getSelectionSet(), root, data);
    }

    /** {@code Type.field}, {@code Type.field(argument)}, {@code Input.field} and {@code Enum.VALUE}, where never used. */
    public Set<String> unused() {
        Set<String> unused = new TreeSet<>();
        for (GraphQLNamedType type : schema.getAllTypesAsList()) {
            if (type.getName().startsWith("__")) {
                continue;
            }
            switch (type) {
                case GraphQLFieldsContainer fields ->
                    fields.getFieldDefinitions().forEach(field -> {
                        unused.add(type.getName() + "." + field.getName());
                        field.getArguments()
                                .forEach(argument -> unused.add(argument(fields, field.getName(), argument)));
                    });
                case GraphQLInputObjectType input ->
                    input.getFields().forEach(field -> unused.add(type.getName() + "." + field.getName()));
                case GraphQLEnumType values ->
                    values.getValues().forEach(value -> unused.add(type.getName() + "." + value.getName()));
                default -> {
                    // scalars have no parts
                }
            }
        }
        unused.removeAll(used);
        return unused;
    }

    private static String argument(GraphQLFieldsContainer type, String field, GraphQLArgument argument) {
        return type.getName() + "." + field + "(" + argument.getName() + ")";
    }

    private final class Walk {
        private final Document document;
        private final Map<?, ?> variables;

        Walk(Document document, Map<?, ?> variables) {
            this.document = document;
            this.variables = variables;
        }

        void selections(@Nullable SelectionSet set, GraphQLFieldsContainer type, @Nullable Object data) {
            if (data instanceof Collection<?> list) {
                list.forEach(element -> selections(set, type, element));
            } else if (set != null) {
                set.getSelections().forEach(selection -> selection(selection, type, data));
            }
        }

        private void selection(Selection<?> selection, GraphQLFieldsContainer type, @Nullable Object data) {
            switch (selection) {
                case Field field -> field(field, type, data);
                case InlineFragment fragment ->
                    selections(
                            fragment.getSelectionSet(),
                            fragment.getTypeCondition() == null
                                    ? type
                                    : named(fragment.getTypeCondition().getName()),
                            data);
                case FragmentSpread spread -> {
                    FragmentDefinition fragment = document.getDefinitionsOfType(FragmentDefinition.class).stream()
                            .filter(candidate -> candidate.getName().equals(spread.getName()))
                            .findFirst()
                            .orElseThrow();
                    selections(
                            fragment.getSelectionSet(),
                            named(fragment.getTypeCondition().getName()),
                            data);
                }
                default -> throw new IllegalStateException(selection.toString());
            }
        }

        private void field(Field field, GraphQLFieldsContainer type, @Nullable Object data) {
            if (field.getName().startsWith("__")) {
                return;
            }
            var definition = type.getFieldDefinition(field.getName());
            for (Argument given : field.getArguments()) {
                GraphQLArgument argument = definition.getArgument(given.getName());
                used.add(argument(type, field.getName(), argument));
                literal(argument.getType(), given.getValue());
            }
            Object value = data instanceof Map<?, ?> object ? object.get(field.getResultKey()) : null;
            GraphQLType answered = GraphQLTypeUtil.unwrapAll(definition.getType());
            if (value != null && !List.of().equals(value)) {
                used.add(type.getName() + "." + field.getName());
                value(answered, value);
            }
            if (answered instanceof GraphQLFieldsContainer fields) {
                selections(field.getSelectionSet(), fields, value);
            }
        }

        private GraphQLFieldsContainer named(String name) {
            return (GraphQLFieldsContainer) Objects.requireNonNull(schema.getType(name));
        }

        private void literal(GraphQLType type, @Nullable Value<?> given) {
            GraphQLType unwrapped = GraphQLTypeUtil.unwrapAll(type);
            if (given instanceof VariableReference variable) {
                value(unwrapped, variables.get(variable.getName()));
            } else if (given instanceof ArrayValue list) {
                list.getValues().forEach(element -> literal(unwrapped, element));
            } else if (given instanceof ObjectValue object && unwrapped instanceof GraphQLInputObjectType input) {
                object.getObjectFields().forEach(field -> {
                    used.add(input.getName() + "." + field.getName());
                    literal(input.getField(field.getName()).getType(), field.getValue());
                });
            } else if (given instanceof EnumValue constant) {
                value(unwrapped, constant.getName());
            }
        }

        private void value(GraphQLType type, @Nullable Object given) {
            if (given instanceof Collection<?> list) {
                list.forEach(element -> value(type, element));
            } else if (given instanceof Map<?, ?> map && type instanceof GraphQLInputObjectType input) {
                map.forEach((name, value) -> {
                    used.add(input.getName() + "." + name);
                    value(
                            GraphQLTypeUtil.unwrapAll(
                                    input.getField(String.valueOf(name)).getType()),
                            value);
                });
            } else if (given != null && type instanceof GraphQLEnumType values) {
                used.add(values.getName() + "." + given);
            }
        }
    }
}
