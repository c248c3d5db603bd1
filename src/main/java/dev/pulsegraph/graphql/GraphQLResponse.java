package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.ErrorBody;
import io.micronaut.configuration.graphql.GraphQLResponseBody;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes back, before it is written as JSON.
 *
 * @param status the HTTP status for {@code application/graphql-response+json}
 * @param body a GraphQL response
 * @param retryAfterSeconds when to come again, after RATE_LIMITED or UNAVAILABLE
 * @param room in memory that it takes until it is written; null for one that takes none worth counting
 */
record GraphQLResponse(
        int status,
        GraphQLResponseBody body,
        @Nullable Long retryAfterSeconds,
        @Nullable Room room) {
    static final int OK = 200;
    static final int PARTIAL_SUCCESS = 294;
    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int UNPROCESSABLE = 422;
    static final int TOO_MANY_REQUESTS = 429;
    static final int INTERNAL = 500;
    static final int UNAVAILABLE = 503;

    static GraphQLResponse refused(Problem problem) {
        return refused(
                problem,
                switch (problem.code()) {
                    case UNAUTHENTICATED -> UNAUTHORIZED;
                    case FORBIDDEN -> FORBIDDEN;
                    case RATE_LIMITED -> TOO_MANY_REQUESTS;
                    case INTERNAL -> INTERNAL;
                    case UNAVAILABLE -> UNAVAILABLE;
                    default -> UNPROCESSABLE;
                });
    }

    static GraphQLResponse refused(Problem problem, int status) {
        GraphQLResponse refused = errors(status, List.of(ErrorBody.error(problem)));
        return switch (problem.code()) {
            case UNAVAILABLE -> refused.after(ErrorBody.UNAVAILABLE_SECONDS);
            case RATE_LIMITED -> refused.after(ErrorBody.RATE_LIMITED_SECONDS);
            default -> refused;
        };
    }

    static GraphQLResponse errors(int status, List<Map<String, Object>> errors) {
        return new GraphQLResponse(status, new GraphQLResponseBody(Map.of("errors", errors)), null, null);
    }

    static GraphQLResponse rateLimited(long seconds) {
        return rateLimited("You have used up your cost budget; try again in " + seconds + " s.", seconds);
    }

    static GraphQLResponse rateLimited(String message, long seconds) {
        return refused(Problem.of(ErrorCode.RATE_LIMITED, message)).after(seconds);
    }

    private GraphQLResponse after(long seconds) {
        return new GraphQLResponse(status, body, seconds, room);
    }

    /** The same with one more entry beside {@code data} and {@code errors}. */
    GraphQLResponse with(String name, Object value) {
        Map<String, Object> entries = new LinkedHashMap<>(body.getSpecification());
        entries.put(name, value);
        return new GraphQLResponse(status, new GraphQLResponseBody(entries), retryAfterSeconds, room);
    }

    /**
     * What an answer takes until it is written.
     *
     * @param usage of the operation, which holds it
     * @param isTimed whether it is too late to write it when the operation's time is over; what was changed is told anyway
     */
    record Room(OperationUsage usage, boolean isTimed) implements AutoCloseable {
        @Override
        public void close() {
            usage.close();
        }
    }
}
