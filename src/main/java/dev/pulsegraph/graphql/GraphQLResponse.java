package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.ErrorBody;
import io.micronaut.configuration.graphql.GraphQLResponseBody;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes back, before it is written as JSON.
 *
 * @param status the HTTP status for {@code application/graphql-response+json}
 * @param body a GraphQL response
 * @param retryAfterSeconds when to come again, after RATE_LIMITED or UNAVAILABLE
 */
record GraphQLResponse(
        int status, GraphQLResponseBody body, @Nullable Long retryAfterSeconds) {
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
        return problem.code() == ErrorCode.UNAVAILABLE
                ? new GraphQLResponse(status, refused.body(), ErrorBody.UNAVAILABLE_SECONDS)
                : refused;
    }

    static GraphQLResponse errors(int status, List<Map<String, Object>> errors) {
        return new GraphQLResponse(status, new GraphQLResponseBody(Map.of("errors", errors)), null);
    }

    static GraphQLResponse rateLimited(long seconds) {
        return rateLimited("You have asked for more than your share for now; come again in " + seconds + " s.", seconds);
    }

    static GraphQLResponse rateLimited(String message, long seconds) {
        GraphQLResponse refused = refused(Problem.of(ErrorCode.RATE_LIMITED, message));
        return new GraphQLResponse(refused.status(), refused.body(), seconds);
    }
}
