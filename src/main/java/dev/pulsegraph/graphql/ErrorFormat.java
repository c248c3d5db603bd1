package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.request.CodePoints;
import graphql.GraphQLError;
import graphql.introspection.IntrospectionDisabledError;
import java.util.LinkedHashMap;
import java.util.Map;

/** Errors as the specification writes them, always with a code. */
final class ErrorFormat {
    private static final int MAX_MESSAGE_LENGTH = 1000;

    private ErrorFormat() {}

    static Map<String, Object> of(GraphQLError error) {
        Map<String, Object> specified = new LinkedHashMap<>(error.toSpecification());
        Map<String, Object> extensions = new LinkedHashMap<>();
        if (specified.get("extensions") instanceof Map<?, ?> given) {
            given.forEach((key, value) -> extensions.put(String.valueOf(key), value));
        }
        extensions.remove("classification");
        if (!extensions.containsKey("code")) {
            boolean ours = error.getErrorType() == graphql.ErrorType.NullValueInNonNullableField
                    || error.getErrorType() == graphql.ErrorType.DataFetchingException;
            extensions.put("code", (ours ? ErrorCode.INTERNAL : refusal(error)).name());
        }
        specified.put("extensions", extensions);
        specified.computeIfPresent("message", (key, message) -> shortened(message.toString()));
        return specified;
    }

    private static ErrorCode refusal(GraphQLError error) {
        return error instanceof IntrospectionDisabledError ? ErrorCode.FORBIDDEN : ErrorCode.BAD_USER_INPUT;
    }

    /** Messages repeat what was sent, whatever its length. */
    private static String shortened(String message) {
        return CodePoints.length(message) <= MAX_MESSAGE_LENGTH
                ? message
                : CodePoints.first(message, MAX_MESSAGE_LENGTH) + "…";
    }
}
