package dev.pulsegraph.graphql;

import graphql.ErrorClassification;
import graphql.ErrorType;
import graphql.GraphQLError;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.language.OperationDefinition;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A document that was parsed, validated and measured once, and is kept by its text.
 *
 * @param entry what graphql-java executes; holds the errors when there are any
 * @param limits the sentence of the bound it passes; null when it keeps to all
 */
record Document(PreparsedDocumentEntry entry, @Nullable String limits) {

    /** What was parsed; there is none after a syntax error. */
    graphql.language.Document parsed() {
        return Objects.requireNonNull(entry.getDocument());
    }

    List<GraphQLError> errors() {
        return entry.getErrors() != null ? List.copyOf(entry.getErrors()) : List.of();
    }

    boolean isSyntaxError() {
        for (GraphQLError error : errors()) {
            ErrorClassification type = error.getErrorType();
            if (type == ErrorType.InvalidSyntax) {
                return true;
            }
        }
        return false;
    }

    /** The operation to execute; null when the name leads to none or to more than one. */
    @Nullable
    OperationDefinition operation(@Nullable String name) {
        List<OperationDefinition> found = parsed().getDefinitionsOfType(OperationDefinition.class).stream()
                .filter(operation -> name == null || name.equals(operation.getName()))
                .toList();
        return found.size() == 1 ? found.getFirst() : null;
    }
}
