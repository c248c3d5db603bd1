package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.Problem;
import io.micronaut.configuration.graphql.GraphQLInvocationData;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A well-formed GraphQL-over-HTTP request. */
final class GraphQLRequest extends GraphQLInvocationData {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}|[0-9a-f]{40}");

    private static final String EXPLAIN = "explain";

    private final @Nullable String query;
    private final @Nullable String operationName;
    private final @Nullable String documentId;
    private final Map<String, Object> extensions;

    /**
     * @param query the text of the document; null when only its hash was sent
     * @param documentId the hash of the document, as the appendix on persisted documents names it
     * @param operationName which operation of the document
     */
    private GraphQLRequest(
            @Nullable String query,
            @Nullable String documentId,
            @Nullable String operationName,
            Map<String, Object> variables,
            Map<String, Object> extensions) {
        super(query == null ? "" : query, operationName, variables);
        this.query = query;
        this.documentId = documentId;
        this.operationName = operationName;
        this.extensions = extensions;
    }

    /** Reads the parameters of the specification; others are ignored, as it asks for. */
    static GraphQLRequest of(Map<?, ?> parameters) {
        String name = typed(parameters, "operationName", String.class, "a string");
        return new GraphQLRequest(
                typed(parameters, "query", String.class, "a string"),
                typed(parameters, "documentId", String.class, "a string"),
                name == null || name.isEmpty() ? null : name,
                object(parameters, "variables"),
                object(parameters, "extensions"));
    }

    /** The same with its text, whatever was sent in place of it. */
    GraphQLRequest withText(String text) {
        return text.equals(query) ? this : new GraphQLRequest(text, null, operationName, getVariables(), extensions);
    }

    @Nullable
    String query() {
        return query;
    }

    @Nullable
    String operationName() {
        return operationName;
    }

    Map<String, Object> variables() {
        return getVariables();
    }

    /** The hash of an automatic persisted query or of a trusted document; null when there is none. */
    @Nullable
    String persistedHash() {
        Object persisted = extensions.get("persistedQuery");
        if (persisted == null) {
            return documentId == null ? null : hash("documentId", documentId);
        }
        if (persisted instanceof Map<?, ?> map
                && map.get("version") instanceof Number version
                && version.intValue() == 1
                && map.get("sha256Hash") instanceof String hash) {
            return hash("extensions", hash);
        }
        throw missingHash("extensions");
    }

    /** SHA-1 too, which graphql-codegen writes unless told; only documents of the manifest are found by it. */
    private static String hash(String argument, String given) {
        String bare = TrustedDocuments.bare(given);
        if (HASH.matcher(bare).matches()) {
            return bare;
        }
        throw missingHash(argument);
    }

    private static Problem missingHash(String argument) {
        return Problem.badInput(
                argument,
                argument.equals("extensions")
                        ? "`persistedQuery` must be {\"version\": 1, \"sha256Hash\": \"64 hexadecimal digits\"}."
                        : "must be a hash of a document, as in \"sha256:64 hexadecimal digits\".");
    }

    /** Whether the answer shall tell its cost. */
    boolean wantsCost() {
        return Boolean.TRUE.equals(extensions.get("cost")) || wantsCostExplained();
    }

    /** Whether it shall tell what costs most, too. */
    boolean wantsCostExplained() {
        return EXPLAIN.equals(extensions.get("cost"));
    }

    private static Map<String, Object> object(Map<?, ?> parameters, String name) {
        Map<?, ?> value = typed(parameters, name, Map.class, "an object");
        @SuppressWarnings("unchecked")
        Map<String, Object> object = value == null ? Map.of() : (Map<String, Object>) value;
        return object;
    }

    private static <T> @Nullable T typed(Map<?, ?> parameters, String name, Class<T> type, String what) {
        Object value = parameters.get(name);
        if (value != null && !type.isInstance(value)) {
            throw Problem.badInput(name, "must be " + what + ".");
        }
        return type.cast(value);
    }
}
