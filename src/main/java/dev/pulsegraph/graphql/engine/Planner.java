package dev.pulsegraph.graphql.engine;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.execution.FieldCollector;
import graphql.execution.FieldCollectorParameters;
import graphql.execution.MergedField;
import graphql.execution.MergedSelectionSet;
import graphql.execution.ValuesResolver;
import graphql.introspection.Introspection;
import graphql.language.Argument;
import graphql.language.Document;
import graphql.language.FragmentDefinition;
import graphql.language.Node;
import graphql.language.OperationDefinition;
import graphql.language.VariableReference;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInterfaceType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLOutputType;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.GraphQLUnionType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes plans of operations that graphql-java has validated. */
public final class Planner {
    private static final FieldCollector COLLECTOR = new FieldCollector();
    private static final GraphQLContext CONTEXT = GraphQLContext.getDefault();

    private final GraphQLSchema schema;
    private final Function<String, @Nullable FieldCode> code;
    private final Function<Object, String> typeOf;
    private final int maxSteps;

    /**
     * @param code what answers a field, by its coordinates; null where it is read from its object
     * @param typeOf the name of the type of an object, where it may be one of several
     * @param maxSteps how large a plan may be: fragments in fragments may ask for more than any text could
     */
    public Planner(
            GraphQLSchema schema,
            Function<String, @Nullable FieldCode> code,
            Function<Object, String> typeOf,
            int maxSteps) {
        this.schema = schema;
        this.code = code;
        this.typeOf = typeOf;
        this.maxSteps = maxSteps;
    }

    /**
     * The plan of a query.
     *
     * @param variables of which only those count that {@code @skip} and {@code @include} look at
     * @return null for what cannot be planned: a question about the schema, or far too much
     */
    public @Nullable Plan plan(Document document, OperationDefinition query, CoercedVariables variables) {
        try {
            var planning = new Planning(document, variables);
            GraphQLObjectType root = schema.getQueryType();
            Selection selection = planning.selection(
                    root, COLLECTOR.collectFields(planning.parameters(root), query.getSelectionSet()));
            return new Plan(selection, planning.steps, planning.depth, planning.endsWithReads);
        } catch (Unplannable reason) {
            return null;
        }
    }

    private static final class Unplannable extends Exception {
        private static final long serialVersionUID = 1L;

        Unplannable() {
            super(null, null, false, false);
        }
    }

    private final class Planning {
        private final Map<String, FragmentDefinition> fragments;
        private final CoercedVariables variables;
        private int steps;
        private int level;
        private int depth = -1;
        private boolean endsWithReads;

        Planning(Document document, CoercedVariables variables) {
            this.fragments = document.getDefinitionsOfType(FragmentDefinition.class).stream()
                    .collect(Collectors.toMap(FragmentDefinition::getName, Function.identity()));
            this.variables = variables;
        }

        FieldCollectorParameters parameters(GraphQLObjectType type) {
            return FieldCollectorParameters.newParameters()
                    .schema(schema)
                    .objectType(type)
                    .fragments(fragments)
                    .variables(variables.toMap())
                    .graphQLContext(CONTEXT)
                    .build();
        }

        Selection selection(GraphQLObjectType type, MergedSelectionSet set) throws Unplannable {
            List<Step> selected = new ArrayList<>();
            level++;
            for (MergedField field : set.getSubFieldsList()) {
                selected.add(step(selected.size(), type, field));
            }
            level--;
            return new Selection(type.getName(), List.copyOf(selected));
        }

        private Step step(int slot, GraphQLObjectType type, MergedField field) throws Unplannable {
            String name = field.getName();
            boolean isTypeName = name.equals(Introspection.TypeNameMetaFieldDef.getName());
            if (++steps > maxSteps || (name.startsWith("__") && !isTypeName)) {
                throw new Unplannable();
            }
            GraphQLFieldDefinition definition =
                    isTypeName ? Introspection.TypeNameMetaFieldDef : type.getFieldDefinition(name);
            List<Argument> given = field.getArguments();
            boolean isConstant = given.stream().noneMatch(Planning::isVariable);
            Map<String, Object> constant =
                    isConstant ? arguments(definition, given, CoercedVariables.emptyVariables()) : Map.of();
            String typeName = type.getName();
            FieldCode fieldCode = isTypeName ? null : code.apply(typeName + "." + name);
            if (fieldCode != null && fieldCode.kind() != FieldCode.Kind.VALUE) {
                found(fieldCode.kind());
            }
            return new Step(
                    slot,
                    type,
                    field,
                    definition,
                    fieldCode,
                    isTypeName ? any -> typeName : Property.of(name),
                    shape(definition.getType(), field),
                    isConstant ? any -> constant : run -> arguments(definition, given, run),
                    isConstant,
                    new JsonName(field.getResultKey()));
        }

        private void found(FieldCode.Kind kind) {
            int here = level - 1;
            if (here >= depth) {
                endsWithReads = kind == FieldCode.Kind.READ && (here > depth || endsWithReads);
                depth = here;
            }
        }

        private static Map<String, Object> arguments(
                GraphQLFieldDefinition definition, List<Argument> given, CoercedVariables variables) {
            return definition.getArguments().isEmpty()
                    ? Map.of()
                    : ValuesResolver.getArgumentValues(
                            definition.getArguments(), given, variables, CONTEXT, Locale.ENGLISH);
        }

        private static boolean isVariable(Node<?> node) {
            return node instanceof VariableReference
                    || node.getChildren().stream().anyMatch(Planning::isVariable);
        }

        private Shape shape(GraphQLOutputType type, MergedField field) throws Unplannable {
            boolean isNonNull = type instanceof GraphQLNonNull;
            var inner = (GraphQLOutputType) GraphQLTypeUtil.unwrapNonNull(type);
            return switch (inner) {
                case GraphQLList list ->
                    new Shape.ListOf(inner, isNonNull, shape((GraphQLOutputType) list.getWrappedType(), field));
                case GraphQLObjectType object -> {
                    String name = object.getName();
                    yield new Shape.ObjectOf(inner, isNonNull, selections(List.of(object), field), any -> name);
                }
                case GraphQLInterfaceType kind ->
                    new Shape.ObjectOf(
                            inner,
                            isNonNull,
                            selections(Objects.requireNonNull(schema.getImplementations(kind)), field),
                            typeOf);
                case GraphQLUnionType union -> {
                    List<GraphQLObjectType> members = new ArrayList<>();
                    for (GraphQLNamedType member : union.getTypes()) {
                        members.add((GraphQLObjectType) member);
                    }
                    yield new Shape.ObjectOf(inner, isNonNull, selections(members, field), typeOf);
                }
                case GraphQLEnumType known ->
                    new Shape.Leaf(inner, isNonNull, value -> known.serialize(value, CONTEXT, Locale.ENGLISH));
                case GraphQLScalarType scalar -> {
                    var coercing = scalar.getCoercing();
                    yield new Shape.Leaf(inner, isNonNull, value -> coercing.serialize(value, CONTEXT, Locale.ENGLISH));
                }
                default -> throw new IllegalStateException(inner + " is no type of an answer");
            };
        }

        private Map<String, Selection> selections(List<GraphQLObjectType> types, MergedField field) throws Unplannable {
            Map<String, Selection> selections = new HashMap<>();
            for (GraphQLObjectType type : types) {
                selections.put(type.getName(), selection(type, COLLECTOR.collectFields(parameters(type), field)));
            }
            return selections;
        }
    }
}
