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
 * @param plans of its queries; null for one that cannot be run
 */
record Document(
        PreparsedDocumentEntry entry,
        @Nullable String limits,
        @Nullable DocumentPlans plans) {
    /** What a node of the syntax takes with its location and its empty lists, as measured on large documents. */
    private static final int BYTES_A_NODE = 120;

    Document(PreparsedDocumentEntry entry, @Nullable String limits) {
        this(
                entry,
                limits,
                limits == null && !entry.hasErrors()
                        ? new DocumentPlans(Objects.requireNonNull(entry.getDocument()))
                        : null);
    }

    /** What was parsed; there is none after a syntax error. */
    graphql.language.Document parsed() {
        return Objects.requireNonNull(entry.getDocument());
    }

    boolean isRunnable() {
        return limits == null && errors().isEmpty();
    }

    /** About how much memory one takes that can be run, with its text and its plans. */
    int bytes(String text) {
        DocumentPlans runnable = Objects.requireNonNull(plans);
        return 2 * text.length() + BYTES_A_NODE * runnable.nodes() + runnable.bytes();
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
