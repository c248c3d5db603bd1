package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.Problem;
import graphql.Scalars;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLTypeUtil;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what the caller gave for the argument a problem names, so that the sentence can repeat it. */
final class OffendingInput {
    private static final Set<String> SECRETS = Set.of("token");

    private final String argument;
    private final Set<String> found = new LinkedHashSet<>();

    private OffendingInput(String argument) {
        this.argument = argument;
    }

    /**
     * The sentence of the problem with the value in front: {@code slug: `Acme!` is rejected: 1 to 100 …}. As it is when it
     * repeats the value already, or when the value is an id or a secret, or cannot be told among several.
     */
    static String sentence(Problem problem, GraphQLFieldDefinition field, Supplier<Map<String, Object>> arguments) {
        String message = problem.getMessage();
        String argument = problem.argument();
        if (argument == null || SECRETS.contains(argument) || !message.startsWith(argument + ": ")) {
            return message;
        }
        OffendingInput offending = new OffendingInput(argument);
        Map<String, Object> values = arguments.get();
        for (GraphQLArgument given : field.getArguments()) {
            offending.search(given.getName(), given.getType(), values.get(given.getName()));
        }
        String rule = message.substring(argument.length() + 2);
        if (offending.found.size() != 1) {
            return message;
        }
        String value = offending.found.iterator().next();
        boolean repeated =
                rule.contains("`" + value + "`") || rule.contains("\"" + value + "\"") || rule.startsWith(value + " ");
        return repeated ? message : argument + ": `" + value + "` is rejected: " + rule;
    }

    private void search(String name, GraphQLInputType type, @Nullable Object value) {
        var unwrapped = GraphQLTypeUtil.unwrapAll(type);
        if (unwrapped instanceof GraphQLInputObjectType input) {
            Collection<?> objects =
                    value instanceof Collection<?> list ? list : value == null ? Set.of() : Set.of(value);
            for (Object object : objects) {
                ((Map<?, ?>) object)
                        .forEach((key, inner) -> search(
                                String.valueOf(key),
                                input.getField(String.valueOf(key)).getType(),
                                inner));
            }
        } else if (name.equals(argument) && value != null && !unwrapped.equals(Scalars.GraphQLID)) {
            add(value);
        }
    }

    private void add(Object value) {
        if (value instanceof Collection<?> list) {
            found.add(Problem.shown(list.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"))));
        } else if (!(value instanceof Map<?, ?>)) {
            found.add(Problem.shown(value.toString()));
        }
    }
}
