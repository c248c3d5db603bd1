package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Api;
import graphql.introspection.IntrospectionQueryBuilder;
import graphql.language.AstPrinter;
import graphql.language.DescribedNode;
import graphql.language.Description;
import graphql.language.Directive;
import graphql.language.DirectivesContainer;
import graphql.language.EnumTypeDefinition;
import graphql.language.FieldDefinition;
import graphql.language.InputObjectTypeDefinition;
import graphql.language.InputValueDefinition;
import graphql.language.InterfaceTypeDefinition;
import graphql.language.ObjectTypeDefinition;
import graphql.language.ScalarTypeDefinition;
import graphql.language.SchemaDefinition;
import graphql.language.StringValue;
import graphql.language.Type;
import graphql.language.TypeDefinition;
import graphql.language.UnionTypeDefinition;
import graphql.parser.Parser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What introspection tells is {@code schema.graphqls}, all of it and nothing else. */
@MicronautTest(transactional = false)
class IntrospectionTest {
    private static final Set<String> SPECIFIED = Set.of("String", "Int", "Float", "Boolean", "ID");

    @Inject
    Api api;

    @Inject
    SchemaFile schemaFile;

    @Test
    void introspection_equals_the_contract() {
        String query = IntrospectionQueryBuilder.build(IntrospectionQueryBuilder.Options.defaultOptions()
                .descriptions(true)
                .specifiedByUrl(true)
                .schemaDescription(true)
                .inputValueDeprecation(true)
                .directiveIsRepeatable(false)
                .typeRefFragmentDepth(7));
        Map<?, ?> schema = (Map<?, ?>) Objects.requireNonNull(
                api.as("introspection@spec.example").ask(query).succeeded().at("__schema"));

        assertThat(told(schema)).containsExactlyElementsOf(written());
    }

    @Test
    void only_directives_that_have_an_effect_are_told_and_taken() {
        Api.As somebody = api.as("introspection@spec.example");
        assertThat(maps(somebody.ask("{ __schema { directives { name } } }")
                        .succeeded()
                        .at("__schema.directives")))
                .extracting(directive -> String.valueOf(directive.get("name")))
                .containsExactlyInAnyOrder("include", "skip", "deprecated", "specifiedBy", "oneOf", "cost", "listSize");
        assertThat(somebody.ask("{ ... @defer { viewer { operator } } }")
                        .failed("BAD_USER_INPUT")
                        .message())
                .startsWith("There is no directive `@defer`.");
        assertThat(somebody.ask("query @experimental_disableErrorPropagation { viewer { operator } }")
                        .failed("BAD_USER_INPUT")
                        .message())
                .startsWith("There is no directive `@experimental_disableErrorPropagation`.");
    }

    private static Set<String> told(Map<?, ?> schema) {
        Set<String> lines = new TreeSet<>();
        lines.add("schema | " + schema.get("description"));
        for (String root : List.of("queryType", "mutationType", "subscriptionType")) {
            lines.add(root + " " + ((Map<?, ?>) Objects.requireNonNull(schema.get(root))).get("name"));
        }
        for (Map<?, ?> type : maps(schema.get("types"))) {
            String name = String.valueOf(type.get("name"));
            if (!name.startsWith("__") && !SPECIFIED.contains(name)) {
                lines.add(type.get("kind") + " " + name + " @" + type.get("specifiedByURL") + " | "
                        + type.get("description"));
                maps(type.get("interfaces")).forEach(each -> lines.add(name + " implements " + each.get("name")));
                if ("UNION".equals(type.get("kind"))) {
                    maps(type.get("possibleTypes")).forEach(each -> lines.add(name + " = " + each.get("name")));
                }
                maps(type.get("enumValues")).forEach(value -> lines.add(line(name, value, "")));
                maps(type.get("inputFields")).forEach(field -> lines.add(input(name, field)));
                for (Map<?, ?> field : maps(type.get("fields"))) {
                    lines.add(line(name, field, ": " + type(field.get("type"))));
                    maps(field.get("args"))
                            .forEach(argument -> lines.add(input(name + "." + field.get("name"), argument)));
                }
            }
        }
        return lines;
    }

    private static String input(String owner, Map<?, ?> value) {
        return line(owner, value, ": " + type(value.get("type")) + " = " + value.get("defaultValue"));
    }

    private static String line(String owner, Map<?, ?> element, String type) {
        return owner + "." + element.get("name") + type + " | " + element.get("description") + " | "
                + element.get("deprecationReason");
    }

    private static String type(@Nullable Object reference) {
        Map<?, ?> type = (Map<?, ?>) Objects.requireNonNull(reference);
        return switch (String.valueOf(type.get("kind"))) {
            case "NON_NULL" -> type(type.get("ofType")) + "!";
            case "LIST" -> "[" + type(type.get("ofType")) + "]";
            default -> String.valueOf(type.get("name"));
        };
    }

    private static List<Map<?, ?>> maps(@Nullable Object list) {
        return list instanceof List<?> each
                ? each.stream().map(map -> (Map<?, ?>) map).collect(Collectors.toList())
                : List.of();
    }

    private Set<String> written() {
        Set<String> lines = new TreeSet<>();
        var document = Parser.parse(schemaFile.sdl());
        SchemaDefinition schema =
                document.getDefinitionsOfType(SchemaDefinition.class).getFirst();
        lines.add("schema | " + text(schema.getDescription()));
        schema.getOperationTypeDefinitions()
                .forEach(root ->
                        lines.add(root.getName() + "Type " + root.getTypeName().getName()));
        for (TypeDefinition<?> type : typeDefinitions(document)) {
            lines.add(kind(type) + " " + type.getName() + " @" + argument(type, "specifiedBy", "url", null) + " | "
                    + text(((DescribedNode<?>) type).getDescription()));
            switch (type) {
                case ObjectTypeDefinition object -> {
                    object.getImplements()
                            .forEach(each -> lines.add(object.getName() + " implements " + printed(each)));
                    fields(lines, object.getName(), object.getFieldDefinitions());
                }
                case InterfaceTypeDefinition face -> fields(lines, face.getName(), face.getFieldDefinitions());
                case UnionTypeDefinition union ->
                    union.getMemberTypes().forEach(each -> lines.add(union.getName() + " = " + printed(each)));
                case EnumTypeDefinition values ->
                    values.getEnumValueDefinitions()
                            .forEach(value -> lines.add(
                                    line(values.getName(), value.getName(), "", value, value.getDescription())));
                case InputObjectTypeDefinition input ->
                    input.getInputValueDefinitions().forEach(field -> lines.add(input(input.getName(), field)));
                default -> {}
            }
        }
        return lines;
    }

    @SuppressWarnings("rawtypes")
    private static List<TypeDefinition<?>> typeDefinitions(graphql.language.Document document) {
        return document.getDefinitionsOfType(TypeDefinition.class).stream()
                .map((TypeDefinition type) -> (TypeDefinition<?>) type)
                .collect(Collectors.toList());
    }

    private static void fields(Set<String> lines, String owner, List<FieldDefinition> fields) {
        for (FieldDefinition field : fields) {
            lines.add(line(owner, field.getName(), ": " + printed(field.getType()), field, field.getDescription()));
            field.getInputValueDefinitions()
                    .forEach(argument -> lines.add(input(owner + "." + field.getName(), argument)));
        }
    }

    private static String input(String owner, InputValueDefinition value) {
        String otherwise = value.getDefaultValue() == null ? "null" : AstPrinter.printAst(value.getDefaultValue());
        return line(
                owner,
                value.getName(),
                ": " + printed(value.getType()) + " = " + otherwise,
                value,
                value.getDescription());
    }

    private static String line(
            String owner, String name, String type, DirectivesContainer<?> element, @Nullable Description description) {
        return owner + "." + name + type + " | " + text(description) + " | "
                + argument(element, "deprecated", "reason", "No longer supported");
    }

    /** The text an applied directive gives; what it has otherwise when it gives none, null when there is no such directive. */
    private static @Nullable String argument(
            DirectivesContainer<?> element, String directive, String argument, @Nullable String otherwise) {
        List<Directive> applied = element.getDirectives(directive);
        if (applied.isEmpty()) {
            return null;
        }
        var given = applied.getFirst().getArgument(argument);
        return given == null ? otherwise : ((StringValue) given.getValue()).getValue();
    }

    private static String kind(TypeDefinition<?> type) {
        return switch (type) {
            case ObjectTypeDefinition object -> "OBJECT";
            case InterfaceTypeDefinition face -> "INTERFACE";
            case UnionTypeDefinition union -> "UNION";
            case EnumTypeDefinition values -> "ENUM";
            case InputObjectTypeDefinition input -> "INPUT_OBJECT";
            case ScalarTypeDefinition scalar -> "SCALAR";
            default -> throw new AssertionError(type.getName());
        };
    }

    private static String printed(Type<?> type) {
        return AstPrinter.printAst(type);
    }

    private static @Nullable String text(@Nullable Description description) {
        return description == null ? null : description.getContent();
    }
}
