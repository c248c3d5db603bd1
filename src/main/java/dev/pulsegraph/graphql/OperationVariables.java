package dev.pulsegraph.graphql;

import dev.pulsegraph.graphql.SchemaPositions.GivenArgument;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import graphql.GraphQLContext;
import graphql.GraphQLException;
import graphql.execution.CoercedVariables;
import graphql.execution.RawVariables;
import graphql.execution.TypeFromAST;
import graphql.execution.ValuesResolver;
import graphql.language.Document;
import graphql.language.OperationDefinition;
import graphql.language.VariableDefinition;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables of an operation, checked before anything is executed. */
final class OperationVariables {
    private OperationVariables() {}

    /** The values by the types the operation declares; a {@link Problem} when one does not fit, there or where it is used. */
    static CoercedVariables coerce(
            GraphQLSchema schema, Document document, OperationDefinition operation, Map<String, Object> given) {
        CoercedVariables variables;
        try {
            variables = ValuesResolver.coerceVariableValues(
                    schema,
                    operation.getVariableDefinitions(),
                    RawVariables.of(given),
                    GraphQLContext.getDefault(),
                    Locale.ENGLISH);
        } catch (GraphQLException notCoercible) {
            Problem problem = fault(schema, operation, given);
            throw problem == null
                    ? Problem.of(ErrorCode.BAD_USER_INPUT, String.valueOf(notCoercible.getMessage()))
                    : problem;
        }
        if (variables.toMap().containsValue(null)) {
            requireNoNulls(schema, document, operation, variables.toMap());
        }
        return variables;
    }

    private static @Nullable Problem fault(
            GraphQLSchema schema, OperationDefinition operation, Map<String, Object> given) {
        for (VariableDefinition variable : operation.getVariableDefinitions()) {
            GraphQLType type = TypeFromAST.getTypeFromAST(schema, variable.getType());
            boolean defaulted = !given.containsKey(variable.getName()) && variable.getDefaultValue() != null;
            Problem problem = type == null || defaulted
                    ? null
                    : InputFaults.first("$" + variable.getName(), type, given.get(variable.getName()));
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    /** Validation lets a variable that may be null be used where null is refused, if either has a default. */
    private static void requireNoNulls(
            GraphQLSchema schema, Document document, OperationDefinition operation, Map<String, ?> variables) {
        for (GivenArgument argument :
                SchemaPositions.of(schema, document, operation).arguments()) {
            GraphQLArgument definition = argument.definition();
            Problem problem = definition == null
                    ? null
                    : InputFaults.first(
                            definition.getName(),
                            definition.getType(),
                            argument.argument().getValue(),
                            variables);
            if (problem != null) {
                throw problem;
            }
        }
    }
}
