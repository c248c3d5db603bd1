package dev.pulsegraph.graphql;

import graphql.language.Argument;
import graphql.language.Directive;
import graphql.language.DirectivesContainer;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.SourceLocation;
import graphql.language.TypeName;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLDirective;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLOutputType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the schema says of the places of a document, which need not be valid. */
final class SchemaPositions {
    private final GraphQLSchema schema;
    private final Map<String, FragmentDefinition> fragments = new HashMap<>();
    private final Set<String> visited = new HashSet<>();
    private final Map<SourceLocation, SelectedField> fields = new HashMap<>();
    private final Map<SourceLocation, GivenArgument> arguments = new HashMap<>();

    private SchemaPositions(GraphQLSchema schema, Document document) {
        this.schema = schema;
        document.getDefinitionsOfType(FragmentDefinition.class)
                .forEach(fragment -> fragments.put(fragment.getName(), fragment));
    }

    /** All that a document holds, be it used or not. */
    static SchemaPositions ofAll(GraphQLSchema schema, Document document) {
        var places = new SchemaPositions(schema, document);
        document.getDefinitionsOfType(OperationDefinition.class).forEach(places::visit);
        document.getDefinitionsOfType(FragmentDefinition.class).forEach(places::visit);
        return places;
    }

    /** What an operation asks for, itself and by its fragments. */
    static SchemaPositions of(GraphQLSchema schema, Document document, OperationDefinition operation) {
        var places = new SchemaPositions(schema, document);
        places.visit(operation);
        return places;
    }

    /** A field where it is selected; {@code definition} is null when its type has none of that name. */
    record SelectedField(
            String type,
            @Nullable GraphQLFieldsContainer parent,
            @Nullable GraphQLFieldDefinition definition) {

        /** What could be selected in its place. */
        List<String> siblings() {
            return parent == null
                    ? List.of("__typename")
                    : parent.getFieldDefinitions().stream()
                            .map(GraphQLFieldDefinition::getName)
                            .toList();
        }
    }

    /**
     * An argument where it is given.
     *
     * @param owner the field or directive, as {@code `Type.field`} or {@code @directive}
     * @param allowed the arguments the owner has
     */
    record GivenArgument(Argument argument, String owner, List<GraphQLArgument> allowed) {

        /** Null when the owner has none of that name. */
        @Nullable
        GraphQLArgument definition() {
            for (GraphQLArgument each : allowed) {
                if (each.getName().equals(argument.getName())) {
                    return each;
                }
            }
            return null;
        }
    }

    @Nullable
    SelectedField field(@Nullable SourceLocation location) {
        return fields.get(location);
    }

    @Nullable
    GivenArgument argument(@Nullable SourceLocation location) {
        return arguments.get(location);
    }

    Collection<GivenArgument> arguments() {
        return arguments.values();
    }

    private void visit(OperationDefinition operation) {
        visit(operation.getDirectives());
        visit(operation.getSelectionSet(), root(operation));
    }

    private void visit(FragmentDefinition fragment) {
        if (visited.add(fragment.getName())) {
            visit(fragment.getDirectives());
            visit(fragment.getSelectionSet(), type(fragment.getTypeCondition()));
        }
    }

    private @Nullable GraphQLType type(TypeName condition) {
        return schema.getType(condition.getName());
    }

    private @Nullable GraphQLType root(OperationDefinition operation) {
        return switch (operation.getOperation()) {
            case QUERY -> schema.getQueryType();
            case MUTATION -> schema.getMutationType();
            case SUBSCRIPTION -> schema.getSubscriptionType();
        };
    }

    private void visit(@Nullable SelectionSet set, @Nullable GraphQLType type) {
        if (set == null) {
            return;
        }
        for (Selection<?> selection : set.getSelections()) {
            visit(((DirectivesContainer<?>) selection).getDirectives());
            if (selection instanceof InlineFragment fragment) {
                TypeName condition = fragment.getTypeCondition();
                visit(fragment.getSelectionSet(), condition == null ? type : type(condition));
            } else if (selection instanceof Field field) {
                visit(field, type);
            } else if (selection instanceof FragmentSpread spread && fragments.containsKey(spread.getName())) {
                visit(fragments.get(spread.getName()));
            }
        }
    }

    private void visit(Field field, @Nullable GraphQLType type) {
        GraphQLFieldsContainer parent = type instanceof GraphQLFieldsContainer container ? container : null;
        GraphQLFieldDefinition definition = definition(field.getName(), parent);
        String parentName = type == null ? "?" : GraphQLTypeUtil.simplePrint(type);
        fields.put(field.getSourceLocation(), new SelectedField(parentName, parent, definition));
        GraphQLOutputType answered = null;
        if (definition != null) {
            answered = definition.getType();
            put(field.getArguments(), "`" + parentName + "." + field.getName() + "`", definition.getArguments());
        }
        visit(field.getSelectionSet(), answered == null ? null : GraphQLTypeUtil.unwrapAll(answered));
    }

    private @Nullable GraphQLFieldDefinition definition(String name, @Nullable GraphQLFieldsContainer parent) {
        return switch (name) {
            case "__schema" -> schema.getIntrospectionSchemaFieldDefinition();
            case "__type" -> schema.getIntrospectionTypeFieldDefinition();
            default -> parent == null ? null : parent.getFieldDefinition(name);
        };
    }

    private void visit(List<Directive> directives) {
        for (Directive directive : directives) {
            GraphQLDirective definition = schema.getDirective(directive.getName());
            if (definition != null) {
                put(directive.getArguments(), "`@" + directive.getName() + "`", definition.getArguments());
            }
        }
    }

    private void put(List<Argument> given, String owner, List<GraphQLArgument> allowed) {
        given.forEach(
                argument -> arguments.put(argument.getSourceLocation(), new GivenArgument(argument, owner, allowed)));
    }
}
