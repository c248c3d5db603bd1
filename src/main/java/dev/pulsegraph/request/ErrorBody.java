package dev.pulsegraph.request;

import dev.pulsegraph.problem.Fault;
import dev.pulsegraph.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The one form of errors, which is that of GraphQL: {@code {"errors": [{"message", "extensions": {"code"}}]}}. */
public final class ErrorBody {
    /** When to come again after UNAVAILABLE: a restart of the database takes about as long. */
    public static final long UNAVAILABLE_SECONDS = 2;

    /** When to come again after RATE_LIMITED, where nothing tells it better: operations that wait are over by then. */
    public static final long RATE_LIMITED_SECONDS = 1;

    private ErrorBody() {}

    public static Map<String, Object> of(Problem problem) {
        return Map.of("errors", List.of(error(problem)));
    }

    public static Map<String, Object> error(Problem problem) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", problem.getMessage());
        error.put("extensions", extensions(problem));
        return error;
    }

    public static Map<String, Object> extensions(Problem problem) {
        Map<String, Object> extensions = new LinkedHashMap<>();
        extensions.put("code", problem.code().name());
        if (problem.argument() != null) {
            extensions.put("argument", problem.argument());
        }
        if (problem instanceof Fault fault) {
            extensions.put("correlationId", fault.correlationId());
        }
        return extensions;
    }
}
