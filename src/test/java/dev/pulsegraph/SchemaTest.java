package dev.pulsegraph;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.pulsegraph.batch.Rejection;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.security.Caller;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLEnumValueDefinition;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLNamedSchemaElement;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.idl.ScalarInfo;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract and the code agree. graphql-java ignores a misspelt field of either, and answers null. */
@MicronautTest(transactional = false)
class SchemaTest {
    @Inject
    GraphQLSchema schema;

    @Inject
    Wiring wiring;

    @Test
    void every_wired_field_is_in_the_contract() {
        Set<String> contract = fields().map(field -> field.coordinates).collect(toCollection(TreeSet::new));
        assertThat(new TreeSet<>(wiring.fields())).isSubsetOf(contract);
    }

    /** Payloads made of maps have no class; what they answer is seen in the pairs. */
    @Test
    void every_field_without_code_is_readable_from_the_class_it_is_asked_of() {
        Map<String, Class<?>> classes = classes();
        Set<String> unreadable = new TreeSet<>();
        fields().filter(field -> !wiring.fields().contains(field.coordinates))
                .filter(field -> !field.type.getName().endsWith("Payload"))
                .forEach(field -> {
                    Class<?> type = classFor(field.type, classes);
                    if (type == null || !isReadable(type, field.definition)) {
                        unreadable.add(field.coordinates + " from " + type);
                    }
                });
        assertThat(unreadable).isEmpty();
    }

    @Test
    void every_element_is_described() {
        Set<String> silent = new TreeSet<>();
        types().forEach(type -> {
            note(silent, type.getName(), type);
            switch (type) {
                case GraphQLFieldsContainer container ->
                    container.getFieldDefinitions().forEach(field -> {
                        note(silent, type.getName() + "." + field.getName(), field);
                        field.getArguments()
                                .forEach(argument -> note(
                                        silent,
                                        type.getName() + "." + field.getName() + "(" + argument.getName() + ")",
                                        argument));
                    });
                case GraphQLInputObjectType input ->
                    input.getFields().forEach(field -> note(silent, type.getName() + "." + field.getName(), field));
                case GraphQLEnumType values ->
                    values.getValues().forEach(value -> note(silent, type.getName() + "." + value.getName(), value));
                default -> {
                    // scalars have no parts
                }
            }
        });
        assertThat(silent).isEmpty();
    }

    @Test
    void enums_are_those_of_the_code() {
        Map<String, Class<?>> classes = classes();
        List<GraphQLEnumType> enums = types().filter(GraphQLEnumType.class::isInstance)
                .map(GraphQLEnumType.class::cast)
                .filter(type -> classes.containsKey(type.getName()))
                .toList();
        assertThat(enums).hasSizeGreaterThan(6);
        for (GraphQLEnumType type : enums) {
            Object[] constants =
                    Objects.requireNonNull(classes.get(type.getName())).getEnumConstants();
            assertThat(type.getValues().stream().map(GraphQLEnumValueDefinition::getName))
                    .as(type.getName())
                    .containsExactlyElementsOf(
                            Arrays.stream(constants).map(Object::toString).toList());
        }
    }

    @Test
    void a_mutation_takes_one_input_of_its_own_and_answers_a_payload() {
        for (GraphQLFieldDefinition field :
                Objects.requireNonNull(schema.getMutationType()).getFieldDefinitions()) {
            String name = field.getName();
            assertThat(field.getArguments()).as(name).singleElement().satisfies(argument -> {
                assertThat(argument.getName()).isEqualTo("input");
                assertThat(GraphQLTypeUtil.simplePrint(argument.getType()))
                        .isEqualTo(Character.toUpperCase(name.charAt(0)) + name.substring(1) + "Input!");
            });
            assertThat(GraphQLTypeUtil.simplePrint(field.getType())).as(name).endsWith("Payload!");
        }
    }

    @Test
    void a_connection_has_edges_nodes_and_the_place_of_its_page() {
        List<GraphQLObjectType> connections = types().filter(GraphQLObjectType.class::isInstance)
                .map(GraphQLObjectType.class::cast)
                .filter(type -> type.getName().endsWith("Connection") || type.getFieldDefinition("pageInfo") != null)
                .toList();
        assertThat(connections).isNotEmpty();
        for (GraphQLObjectType connection : connections) {
            String node = connection.getName().replaceFirst("Connection$", "");
            assertThat(connection.getName()).endsWith("Connection");
            assertThat(printed(connection, "edges")).isEqualTo("[" + node + "Edge!]!");
            assertThat(printed(connection, "nodes")).isEqualTo("[" + node + "!]!");
            assertThat(printed(connection, "pageInfo")).isEqualTo("PageInfo!");
            GraphQLObjectType edge = Objects.requireNonNull(schema.getObjectType(node + "Edge"));
            assertThat(printed(edge, "cursor")).isEqualTo("String!");
            assertThat(printed(edge, "node")).isEqualTo(node + "!");
        }
    }

    @Test
    void whatever_is_a_node_can_be_found_by_its_id() {
        assertThat(types().filter(GraphQLObjectType.class::isInstance)
                        .map(GraphQLObjectType.class::cast)
                        .filter(type -> type.getFieldDefinition("id") != null)
                        .map(GraphQLObjectType::getName))
                .allSatisfy(name -> {
                    assertThat(Objects.requireNonNull(schema.getObjectType(name))
                                    .getInterfaces())
                            .as(name)
                            .extracting(GraphQLNamedSchemaElement.class::cast)
                            .extracting(GraphQLNamedSchemaElement::getName)
                            .contains("Node");
                    assertThat(wiring.fields()).contains(name + ".id");
                });
    }

    private Stream<GraphQLNamedType> types() {
        return schema.getAllTypesAsList().stream()
                .filter(type ->
                        !type.getName().startsWith("__") && !ScalarInfo.isGraphqlSpecifiedScalar(type.getName()));
    }

    private Stream<Coordinates> fields() {
        return types().filter(GraphQLObjectType.class::isInstance)
                .map(GraphQLObjectType.class::cast)
                .flatMap(type -> type.getFieldDefinitions().stream()
                        .map(field -> new Coordinates(type, field, type.getName() + "." + field.getName())));
    }

    private static String printed(GraphQLObjectType type, String field) {
        return GraphQLTypeUtil.simplePrint(type.getFieldDefinition(field).getType());
    }

    private static void note(Set<String> silent, String coordinates, GraphQLNamedSchemaElement element) {
        String description = element.getDescription();
        if (description == null || description.isBlank()) {
            silent.add(coordinates);
        }
    }

    /** The classes of the product by their simple names, those inside of others last. */
    private static Map<String, Class<?>> classes() {
        Map<String, Class<?>> classes = new HashMap<>();
        for (JavaClass found : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.pulsegraph")) {
            if (!found.getSimpleName().isEmpty()) {
                classes.merge(
                        found.getSimpleName(), found.reflect(), (one, other) -> one.isMemberClass() ? other : one);
            }
        }
        return classes;
    }

    private static @Nullable Class<?> classFor(GraphQLObjectType type, Map<String, Class<?>> classes) {
        String name = type.getName();
        if (name.equals("Viewer")) {
            return Caller.class;
        }
        if (name.endsWith("Edge")) {
            return Connection.Edge.class;
        }
        if (name.endsWith("Rejection")) {
            return Rejection.class;
        }
        return name.endsWith("Connection") ? classes.getOrDefault(name, Connection.class) : classes.get(name);
    }

    /** As graphql-java looks for it: a public method of the field's name, or its getter. */
    private static boolean isReadable(Class<?> type, GraphQLFieldDefinition field) {
        String capital = Character.toUpperCase(field.getName().charAt(0))
                + field.getName().substring(1);
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getParameterCount() == 0 && !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !method.getReturnType().equals(void.class))
                .map(Method::getName)
                .anyMatch(Set.of(field.getName(), "get" + capital, "is" + capital)::contains);
    }

    private record Coordinates(GraphQLObjectType type, GraphQLFieldDefinition definition, String coordinates) {}
}
