package dev.pulsegraph.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.ArrayValue;
import graphql.language.NullValue;
import graphql.language.ObjectValue;
import graphql.language.Value;
import graphql.scalars.ExtendedScalars;
import graphql.schema.Coercing;
import graphql.schema.CoercingSerializeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Any JSON. What is given is judged by whoever takes it, so that one item of a list does not harm the others. What is
 * answered is judged here, since nothing can be said any more when the answer is written, after the commit.
 */
final class JsonCoercing implements Coercing<Object, Object> {
    /** A writer of JSON takes 1,000 levels; the rest is for the objects around the value. */
    private static final int MAX_LEVELS = 500;

    private static final Coercing<?, ?> ANY = ExtendedScalars.Json.getCoercing();

    @Override
    public @Nullable Object serialize(Object value, GraphQLContext context, Locale locale) {
        if (!isWritable(value, MAX_LEVELS)) {
            throw new CoercingSerializeException("The value has more than " + MAX_LEVELS + " levels.");
        }
        return value;
    }

    @Override
    public @Nullable Object parseValue(Object value, GraphQLContext context, Locale locale) {
        return ANY.parseValue(value, context, locale);
    }

    @Override
    public @Nullable Object parseLiteral(
            Value<?> literal, CoercedVariables variables, GraphQLContext context, Locale locale) {
        return switch (literal) {
            // The library's own knows none inside of a list.
            case NullValue none -> null;
            case ArrayValue list -> {
                List<@Nullable Object> values = new ArrayList<>();
                list.getValues().forEach(value -> values.add(parseLiteral(value, variables, context, locale)));
                yield values;
            }
            case ObjectValue object -> {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                object.getObjectFields()
                        .forEach(field -> fields.put(
                                field.getName(), parseLiteral(field.getValue(), variables, context, locale)));
                yield fields;
            }
            default -> ANY.parseLiteral(literal, variables, context, locale);
        };
    }

    @Override
    public Value<?> valueToLiteral(Object value, GraphQLContext context, Locale locale) {
        return ANY.valueToLiteral(value, context, locale);
    }

    private static boolean isWritable(@Nullable Object value, int levels) {
        return switch (value) {
            case Map<?, ?> map ->
                levels > 0 && map.values().stream().allMatch(element -> isWritable(element, levels - 1));
            case Collection<?> list -> levels > 0 && list.stream().allMatch(element -> isWritable(element, levels - 1));
            case null -> true;
            default -> true;
        };
    }
}
