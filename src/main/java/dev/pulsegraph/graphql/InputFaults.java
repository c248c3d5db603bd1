package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.problem.Suggestion;
import graphql.GraphQLContext;
import graphql.GraphQLException;
import graphql.execution.CoercedVariables;
import graphql.language.ArrayValue;
import graphql.language.AstPrinter;
import graphql.language.EnumValue;
import graphql.language.NullValue;
import graphql.language.ObjectField;
import graphql.language.ObjectValue;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLEnumValueDefinition;
import graphql.schema.GraphQLInputObjectField;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with an input, be it written in the document or the value of a variable, and says it in our words:
 * graphql-java finds the same faults, and tells of its syntax trees and Java types.
 */
final class InputFaults {
    private static final Map<String, String> KINDS = Map.of(
            "Int", "a whole number of 32 bits",
            "Long", "a whole number of 64 bits",
            "Float", "a number",
            "Boolean", "true or false",
            "String", "a text in quotes",
            "ID", "an id: a text in quotes");

    private final Map<String, ?> variables;

    private InputFaults(Map<String, ?> variables) {
        this.variables = variables;
    }

    /** Thrown only in here: the first fault ends the search. */
    private static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Problem problem;

        Fault(String path, String sentence) {
            super(null, null, false, false);
            this.problem = Problem.badInputAt(path, sentence);
        }
    }

    /**
     * The first fault of an input; null when there is none.
     *
     * @param name of the argument, or of the variable with its dollar sign
     * @param given a literal, or a value as JSON has it
     */
    static @Nullable Problem first(String name, GraphQLType type, @Nullable Object given) {
        return first(name, type, given, Map.of());
    }

    /** The same where variables that are null are known: a place that has a default takes no null for all that. */
    static @Nullable Problem first(String name, GraphQLType type, @Nullable Object given, Map<String, ?> variables) {
        try {
            new InputFaults(variables).check(name, type, given);
            return null;
        } catch (Fault fault) {
            return fault.problem;
        }
    }

    private void check(String path, GraphQLType type, @Nullable Object given) {
        if (given instanceof VariableReference variable) {
            if (variables.containsKey(variable.getName()) && variables.get(variable.getName()) == null) {
                check(path, type, null);
            }
            return;
        }
        if (given == null || given instanceof NullValue) {
            if (type instanceof GraphQLNonNull) {
                throw new Fault(path, "may not be null.");
            }
            return;
        }
        switch (GraphQLTypeUtil.unwrapNonNull(type)) {
            case GraphQLList list -> checkItems(path, list.getWrappedType(), given);
            case GraphQLInputObjectType input -> checkFields(path, input, given);
            case GraphQLEnumType allowed -> checkName(path, allowed, given);
            case GraphQLScalarType scalar -> checkScalar(path, scalar, given);
            default -> {}
        }
    }

    /** One value is a list of one. */
    private void checkItems(String path, GraphQLType item, Object given) {
        Collection<?> items;
        if (given instanceof ArrayValue literal) {
            items = literal.getValues();
        } else if (given instanceof Collection<?> list) {
            items = list;
        } else {
            check(path, item, given);
            return;
        }
        int index = 0;
        for (Object each : items) {
            check(path + "[" + index++ + "]", item, each);
        }
    }

    private void checkFields(String path, GraphQLInputObjectType type, Object given) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        switch (given) {
            case ObjectValue literal -> {
                for (ObjectField field : literal.getObjectFields()) {
                    fields.put(field.getName(), field.getValue());
                }
            }
            case Map<?, ?> object -> object.forEach((name, value) -> fields.put(String.valueOf(name), value));
            default -> throw new Fault(path, excerpt(given) + " is not an object; `" + type.getName() + "` is needed.");
        }
        for (String name : fields.keySet()) {
            if (type.getField(name) == null) {
                List<String> allowed = type.getFields().stream()
                        .map(GraphQLInputObjectField::getName)
                        .toList();
                throw new Fault(
                        path + "." + name,
                        "`" + type.getName() + "` has no such field." + Suggestion.among(allowed, name));
            }
        }
        for (GraphQLInputObjectField field : type.getFields()) {
            if (fields.containsKey(field.getName())) {
                check(path + "." + field.getName(), field.getType(), fields.get(field.getName()));
            } else if (field.getType() instanceof GraphQLNonNull && !field.hasSetDefaultValue()) {
                throw new Fault(
                        path + "." + field.getName(),
                        "is missing; `" + type.getName() + "` needs it, a `"
                                + GraphQLTypeUtil.simplePrint(field.getType()) + "`.");
            }
        }
    }

    private void checkName(String path, GraphQLEnumType type, Object given) {
        List<String> allowed = type.getValues().stream()
                .map(GraphQLEnumValueDefinition::getName)
                .toList();
        if (given instanceof StringValue quoted && allowed.contains(quoted.getValue())) {
            throw new Fault(path, "`" + type.getName() + "` is written without quotes: " + quoted.getValue() + ".");
        }
        String name = switch (given) {
            case EnumValue literal -> literal.getName();
            case String text -> text;
            default -> "";
        };
        if (!allowed.contains(name)) {
            throw new Fault(
                    path,
                    excerpt(given) + " is not a `" + type.getName() + "`; allowed are " + String.join(", ", allowed)
                            + "." + nearest(allowed, name));
        }
    }

    private static String nearest(List<String> allowed, String name) {
        String suggested = name.isEmpty() ? "" : Suggestion.among(allowed, name);
        return suggested.startsWith(" Did") ? suggested : "";
    }

    private void checkScalar(String path, GraphQLScalarType type, Object given) {
        String sentence;
        try {
            if (given instanceof Value<?> literal) {
                type.getCoercing()
                        .parseLiteral(
                                literal,
                                CoercedVariables.emptyVariables(),
                                GraphQLContext.getDefault(),
                                Locale.ENGLISH);
            } else {
                type.getCoercing().parseValue(given, GraphQLContext.getDefault(), Locale.ENGLISH);
            }
            return;
        } catch (GraphQLException refused) {
            sentence = String.valueOf(refused.getMessage());
        }
        String kind = KINDS.get(type.getName());
        throw new Fault(path, kind == null ? sentence : excerpt(given) + " is not " + kind + ".");
    }

    private static String excerpt(Object given) {
        String text = given instanceof Value<?> literal ? AstPrinter.printAstCompact(literal) : String.valueOf(given);
        return "`" + Problem.shown(text) + "`";
    }
}
