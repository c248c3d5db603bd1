package dev.pulsegraph.isolation;

import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLInputObjectField;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLInterfaceType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every question the schema allows, written from the schema itself. */
final class Questions {
    private static final int DEPTH = 5;
    private static final int SHALLOW = 3;

    /** What is written for arguments and fields of these names, so that what they are for is reached. */
    private static final Map<String, String> MEANT = Map.of(
            "metric", "\"likes\"",
            "metrics", "\"likes\"",
            "from", "\"2000-01-01T00:00:00Z\"",
            "to", "\"2100-01-01T00:00:00Z\"");

    private final GraphQLSchema schema;

    Questions(GraphQLSchema schema) {
        this.schema = schema;
    }

    /** One question a root field that needs no argument, or only a slug, to everything below it. */
    Map<String, String> plain(String slug) {
        Map<String, String> questions = new LinkedHashMap<>();
        for (GraphQLFieldDefinition field : schema.getQueryType().getFieldDefinitions()) {
            String call = call(field, slug);
            if (call != null) {
                questions.put(field.getName(), "{ " + call + selection(field.getType(), DEPTH) + " }");
            }
        }
        return questions;
    }

    /** Asks for many ids at once, with every field of every type that has ids. */
    String nodes() {
        GraphQLFieldDefinition nodes = schema.getQueryType().getFieldDefinition("nodes");
        return "query ($ids: [ID!]!) { nodes(ids: $ids)" + selection(nodes.getType(), SHALLOW) + " }";
    }

    List<String> nodeTypes() {
        GraphQLInterfaceType node = (GraphQLInterfaceType) Objects.requireNonNull(schema.getType("Node"));
        return implementations(node).stream().map(GraphQLObjectType::getName).toList();
    }

    /** Every place where a query or a subscription takes an argument, each reached once, by way of what the caller may see. */
    List<Site> sites(String slug) {
        List<Site> sites = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        ArrayDeque<Reached> queue = new ArrayDeque<>();
        queue.add(new Reached("query", schema.getQueryType(), "{", "}"));
        seen.add(schema.getQueryType().getName());
        queue.add(new Reached("subscription", Objects.requireNonNull(schema.getSubscriptionType()), "{", "}"));
        while (!queue.isEmpty()) {
            Reached reached = queue.remove();
            for (GraphQLFieldDefinition field : reached.type().getFieldDefinitions()) {
                String after = selection(field.getType(), SHALLOW) + " " + reached.after();
                for (GraphQLArgument argument : field.getArguments()) {
                    for (Leaf leaf : leaves(
                            argument.getName(),
                            argument.getType(),
                            (argumentName, type) -> first(argumentName, type, slug))) {
                        sites.add(new Site(
                                reached.type().getName() + "." + field.getName() + "(" + leaf.path() + ")",
                                leaf.name(),
                                leaf.type(),
                                reached.kind() + " ($value: " + GraphQLTypeUtil.simplePrint(leaf.type()) + ") "
                                        + reached.before()
                                        + " " + field.getName() + "(" + others(field, argument, slug) + leaf.text()
                                        + ")" + after));
                    }
                }
                String call = call(field, slug);
                if (call != null
                        && GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLObjectType below
                        && seen.add(below.getName())) {
                    queue.add(new Reached(
                            reached.kind(), below, reached.before() + " " + call + " {", "} " + reached.after()));
                }
            }
        }
        return sites;
    }

    List<GraphQLFieldDefinition> mutations() {
        return Objects.requireNonNull(schema.getMutationType()).getFieldDefinitions();
    }

    /** A mutation whose input is a variable. */
    String mutation(GraphQLFieldDefinition field) {
        return "mutation ($value: "
                + GraphQLTypeUtil.simplePrint(field.getArgument("input").getType()) + ") { " + field.getName()
                + "(input: $value)" + selection(field.getType(), SHALLOW) + " }";
    }

    /** The JSON of an input with everything that may be given, each leaf as {@code value} answers it. */
    String input(GraphQLInputObjectType input, Function<InputLeaf, String> value) {
        return input.getFieldDefinitions().stream()
                .map(field -> {
                    GraphQLType inner = GraphQLTypeUtil.unwrapAll(field.getType());
                    String json = inner instanceof GraphQLInputObjectType nested
                            ? nestedInput(nested, value)
                            : value.apply(new InputLeaf(input.getName(), field.getName(), inner));
                    return "\"" + field.getName() + "\": " + (isList(field.getType()) ? "[" + json + "]" : json);
                })
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** A nested input that may name a row by its id does so, and says nothing else unless it must. */
    private String nestedInput(GraphQLInputObjectType nested, Function<InputLeaf, String> value) {
        return nested.getFieldDefinitions().stream()
                .filter(field -> isId(field.getType()))
                .findFirst()
                .filter(id -> nested.getFieldDefinitions().stream()
                        .noneMatch(field ->
                                !field.getName().equals(id.getName()) && GraphQLTypeUtil.isNonNull(field.getType())))
                .map(id -> "{\"" + id.getName() + "\": "
                        + value.apply(
                                new InputLeaf(nested.getName(), id.getName(), GraphQLTypeUtil.unwrapAll(id.getType())))
                        + "}")
                .orElseGet(() -> input(nested, value));
    }

    private List<GraphQLObjectType> implementations(GraphQLInterfaceType type) {
        return Objects.requireNonNull(schema.getImplementations(type));
    }

    static boolean isId(GraphQLType type) {
        return GraphQLTypeUtil.unwrapAll(type).getName().equals("ID");
    }

    static boolean isList(GraphQLType type) {
        return GraphQLTypeUtil.isList(GraphQLTypeUtil.unwrapNonNull(type));
    }

    private String selection(GraphQLType type, int depth) {
        GraphQLType inner = GraphQLTypeUtil.unwrapAll(type);
        if (inner instanceof GraphQLInterfaceType node) {
            StringBuilder text = new StringBuilder(" { __typename");
            node.getFieldDefinitions().forEach(field -> text.append(' ').append(field.getName()));
            for (GraphQLObjectType object : implementations(node)) {
                text.append(" ... on ").append(object.getName()).append(" {");
                fields(text, object, depth, object.getName() + "_");
                text.append(" }");
            }
            return text.append(" }").toString();
        }
        if (inner instanceof GraphQLObjectType object) {
            StringBuilder text = new StringBuilder(" {");
            fields(text, object, depth, "");
            return text.append(" }").toString();
        }
        return "";
    }

    private void fields(StringBuilder text, GraphQLFieldsContainer type, int depth, String alias) {
        text.append(" __typename");
        for (GraphQLFieldDefinition field : type.getFieldDefinitions()) {
            boolean composite = GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLFieldsContainer;
            String call = call(field, "");
            if (call != null && (!composite || depth > 1)) {
                text.append(' ');
                if (!alias.isEmpty()) {
                    text.append(alias).append(field.getName()).append(": ");
                }
                text.append(call).append(selection(field.getType(), depth - 1));
            }
        }
    }

    /** The field with as little as it needs; null when it needs more than a slug. */
    private static @Nullable String call(GraphQLFieldDefinition field, String slug) {
        List<String> given = new ArrayList<>();
        for (GraphQLArgument argument : field.getArguments()) {
            if (argument.getName().equals("first")) {
                given.add("first: 50");
            } else if (argument.getName().equals("slug") && !slug.isEmpty()) {
                given.add("slug: \"" + slug + "\"");
            } else if (GraphQLTypeUtil.isNonNull(argument.getType()) && !argument.hasSetDefaultValue()) {
                if (!MEANT.containsKey(argument.getName())
                        && !(GraphQLTypeUtil.unwrapAll(argument.getType()) instanceof GraphQLInputObjectType
                                && !argument.getName().equals("input"))) {
                    return null;
                }
                given.add(argument.getName() + ": " + first(argument.getName(), argument.getType(), slug));
            }
        }
        return field.getName() + (given.isEmpty() ? "" : "(" + String.join(", ", given) + ")");
    }

    private static String others(GraphQLFieldDefinition field, GraphQLArgument asked, String slug) {
        StringBuilder text = new StringBuilder();
        for (GraphQLArgument argument : field.getArguments()) {
            if (!argument.getName().equals(asked.getName()) && GraphQLTypeUtil.isNonNull(argument.getType())) {
                text.append(argument.getName())
                        .append(": ")
                        .append(first(argument.getName(), argument.getType(), slug))
                        .append(", ");
            }
        }
        return text.toString();
    }

    /** A value that is taken where one is required. */
    private static String first(String name, GraphQLType type, String slug) {
        if (GraphQLTypeUtil.unwrapAll(type).getName().equals("Date")) {
            return name.equals("to") ? "\"2026-01-31\"" : "\"2026-01-01\"";
        }
        if (MEANT.containsKey(name)) {
            return String.valueOf(MEANT.get(name));
        }
        GraphQLType inner = GraphQLTypeUtil.unwrapAll(type);
        if (inner instanceof GraphQLEnumType values) {
            return values.getValues().getFirst().getName();
        }
        if (inner instanceof GraphQLInputObjectType input) {
            return input.getFieldDefinitions().stream()
                    .filter(field -> GraphQLTypeUtil.isNonNull(field.getType()) && !field.hasSetDefaultValue())
                    .map(field -> field.getName() + ": " + first(field.getName(), field.getType(), slug))
                    .collect(Collectors.joining(", ", "{ ", " }"));
        }
        return "\"" + slug + "\"";
    }

    /** The places inside an argument where a value stands, each alone with what is required beside it. */
    private static List<Leaf> leaves(
            String name, GraphQLInputType type, BiFunction<String, GraphQLType, String> required) {
        List<Leaf> leaves = new ArrayList<>();
        GraphQLType inner = GraphQLTypeUtil.unwrapAll(type);
        if (inner instanceof GraphQLInputObjectType input) {
            for (GraphQLInputObjectField field : input.getFieldDefinitions()) {
                StringBuilder beside = new StringBuilder();
                for (GraphQLInputObjectField other : input.getFieldDefinitions()) {
                    if (!other.getName().equals(field.getName()) && GraphQLTypeUtil.isNonNull(other.getType())) {
                        beside.append(other.getName())
                                .append(": ")
                                .append(required.apply(other.getName(), other.getType()))
                                .append(", ");
                    }
                }
                for (Leaf leaf : leaves(field.getName(), field.getType(), required)) {
                    leaves.add(new Leaf(
                            name + "." + leaf.path(),
                            leaf.name(),
                            leaf.type(),
                            name + ": { " + beside + leaf.text() + " }"));
                }
            }
            return leaves;
        }
        leaves.add(new Leaf(name, name, type, name + ": $value"));
        return leaves;
    }

    private record Reached(String kind, GraphQLFieldsContainer type, String before, String after) {}

    private record Leaf(String path, String name, GraphQLType type, String text) {}

    /**
     * A place for a value in a question.
     *
     * @param path where it is, for people
     * @param name of the innermost argument
     * @param document the question, with a variable in this place
     */
    record Site(String path, String name, GraphQLType type, String document) {
        boolean isList() {
            return Questions.isList(type);
        }

        GraphQLType innerType() {
            return GraphQLTypeUtil.unwrapAll(type);
        }

        boolean isOf(String typeName) {
            return GraphQLTypeUtil.unwrapAll(type).getName().equals(typeName);
        }
    }

    /** A value wanted in an input. */
    record InputLeaf(String input, String name, GraphQLType type) {
        boolean isOf(String typeName) {
            return type instanceof GraphQLNamedType named && named.getName().equals(typeName);
        }
    }
}
