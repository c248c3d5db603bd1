package dev.pulsegraph.graphql;

import dev.pulsegraph.graphql.SchemaPositions.GivenArgument;
import dev.pulsegraph.graphql.SchemaPositions.SelectedField;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.problem.Suggestion;
import dev.pulsegraph.request.ErrorBody;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.execution.TypeFromAST;
import graphql.language.Document;
import graphql.language.OperationDefinition;
import graphql.language.SourceLocation;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLDirective;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import graphql.validation.ValidationError;
import graphql.validation.ValidationErrorType;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Validation errors in our words: what is wrong, where in the schema, what is allowed, and what may have been meant. What
 * needs no look at the schema is worded in {@code i18n/Validation_en.properties}, and ends with the name it is about.
 */
final class ValidationSentences {
    private static final Pattern NAMES = Pattern.compile("`[@$]?([_A-Za-z][_0-9A-Za-z]*)`");

    private final GraphQLSchema schema;
    private final Document document;
    private final SchemaPositions places;

    private ValidationSentences(GraphQLSchema schema, Document document) {
        this.schema = schema;
        this.document = document;
        this.places = SchemaPositions.ofAll(schema, document);
    }

    static List<GraphQLError> of(GraphQLSchema schema, Document document, List<ValidationError> errors) {
        var sentences = new ValidationSentences(schema, document);
        return errors.stream().map(sentences::toError).toList();
    }

    private GraphQLError toError(ValidationError error) {
        String sentence = String.valueOf(error.getMessage());
        Problem problem = error.getValidationErrorType() instanceof ValidationErrorType type
                ? problem(type, error.getLocations(), sentence)
                : null;
        if (problem == null) {
            problem = Problem.of(ErrorCode.BAD_USER_INPUT, sentence);
        }
        return GraphqlErrorBuilder.newError()
                .message("%s", problem.getMessage())
                .errorType(error.getErrorType())
                .locations(error.getLocations())
                .extensions(ErrorBody.extensions(problem))
                .build();
    }

    /** Null where the sentence is good as it is. */
    private @Nullable Problem problem(ValidationErrorType type, List<SourceLocation> locations, String sentence) {
        SourceLocation location = locations.isEmpty() ? null : locations.getFirst();
        SelectedField field = places.field(location);
        GivenArgument argument = places.argument(location);
        return switch (type) {
            case FieldUndefined -> field == null ? null : hinted(sentence, field.siblings(), name(sentence));
            case UnknownArgument -> argument == null ? null : unknown(argument);
            case UnknownDirective ->
                argument == null ? hinted(sentence, directives(), name(sentence)) : unknown(argument);
            case MissingFieldArgument -> field == null ? null : missing(field, name(sentence));
            case MissingDirectiveArgument -> Problem.badInput(name(sentence), "is missing; the directive needs it.");
            case NullValueForNonNullArgument -> Problem.badInput(name(sentence), "may not be null.");
            case WrongType -> argument == null ? null : wrong(argument);
            case BadValueForDefaultArg -> wrongDefault(location);
            case UnknownType -> hinted(sentence, types(), name(sentence));
            default -> null;
        };
    }

    private static Problem hinted(String sentence, List<String> allowed, String given) {
        return Problem.of(ErrorCode.BAD_USER_INPUT, sentence + Suggestion.among(allowed, given));
    }

    private static Problem unknown(GivenArgument given) {
        String name = given.argument().getName();
        List<String> allowed =
                given.allowed().stream().map(GraphQLArgument::getName).toList();
        return Problem.badInput(name, given.owner() + " has no such argument." + Suggestion.among(allowed, name));
    }

    private static @Nullable Problem missing(SelectedField field, String name) {
        GraphQLFieldDefinition definition = field.definition();
        GraphQLArgument argument = definition == null ? null : definition.getArgument(name);
        return argument == null
                ? null
                : Problem.badInput(
                        name,
                        "is missing; `" + field.type() + "."
                                + Objects.requireNonNull(definition).getName() + "` needs it, of type `"
                                + GraphQLTypeUtil.simplePrint(argument.getType()) + "`.");
    }

    private static @Nullable Problem wrong(GivenArgument given) {
        GraphQLArgument definition = given.definition();
        return definition == null
                ? null
                : InputFaults.first(
                        definition.getName(),
                        definition.getType(),
                        given.argument().getValue());
    }

    private @Nullable Problem wrongDefault(@Nullable SourceLocation location) {
        return document.getDefinitionsOfType(OperationDefinition.class).stream()
                .flatMap(operation -> operation.getVariableDefinitions().stream())
                .filter(variable -> Objects.equals(variable.getSourceLocation(), location))
                .findFirst()
                .map(variable -> {
                    GraphQLType type = TypeFromAST.getTypeFromAST(schema, variable.getType());
                    return type == null
                            ? null
                            : InputFaults.first("$" + variable.getName(), type, variable.getDefaultValue());
                })
                .orElse(null);
    }

    private List<String> directives() {
        return schema.getDirectives().stream()
                .map(GraphQLDirective::getName)
                .filter(name -> name.equals("include") || name.equals("skip"))
                .toList();
    }

    private List<String> types() {
        return schema.getAllTypesAsList().stream()
                .map(GraphQLNamedType::getName)
                .filter(name -> !name.startsWith("__"))
                .toList();
    }

    private static String name(String sentence) {
        Matcher names = NAMES.matcher(sentence);
        String last = "";
        while (names.find()) {
            last = names.group(1);
        }
        return last;
    }
}
