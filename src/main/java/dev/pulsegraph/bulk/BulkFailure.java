package dev.pulsegraph.bulk;

import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.http.BodyTimeout;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.ErrorBody;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request or a chunk failed of, as a caller may know it.
 *
 * @param status the HTTP status, when nothing has been answered yet
 * @param retryAfterSeconds when to come again, after RATE_LIMITED and UNAVAILABLE
 */
public record BulkFailure(
        int status, Problem problem, @Nullable Long retryAfterSeconds) {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    /** The error as the last line of an answer has it. */
    Map<String, Object> line() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("code", problem.code().name());
        line.put("message", problem.getMessage());
        return line;
    }

    static BulkFailure unsupported(String message) {
        return new BulkFailure(415, Problem.of(ErrorCode.BAD_USER_INPUT, message), null);
    }

    public static BulkFailure tooSlow(String message) {
        return new BulkFailure(408, Problem.of(ErrorCode.TIMEOUT, message), null);
    }

    /** Tells failures apart. What is nobody's business is masked and logged. */
    @Singleton
    public static class Reader {
        private final SqlProblems sqlProblems;

        Reader(SqlProblems sqlProblems) {
            this.sqlProblems = sqlProblems;
        }

        public BulkFailure of(Throwable thrown) {
            if (thrown instanceof BulkImport.TooFast tooFast) {
                return new BulkFailure(
                        TOO_MANY_REQUESTS,
                        Problem.of(
                                ErrorCode.RATE_LIMITED,
                                "You have exceeded your rate limit; try again in " + tooFast.seconds + " s."),
                        tooFast.seconds);
            }
            BodyTimeout slow = BodyTimeout.in(thrown);
            if (slow != null) {
                return tooSlow(String.valueOf(slow.getMessage()));
            }
            Problem problem = sqlProblems.told("A bulk request", thrown);
            int status = status(problem.code());
            boolean isForLater = status == UNAVAILABLE || status == TOO_MANY_REQUESTS;
            return new BulkFailure(status, problem, isForLater ? ErrorBody.UNAVAILABLE_SECONDS : null);
        }

        private static int status(ErrorCode code) {
            return switch (code) {
                case BAD_USER_INPUT -> 400;
                case UNAUTHENTICATED -> 401;
                case FORBIDDEN -> 403;
                case NOT_FOUND -> 404;
                case CONFLICT -> 409;
                case LIMIT_EXCEEDED -> 422;
                case RATE_LIMITED -> TOO_MANY_REQUESTS;
                case TIMEOUT, UNAVAILABLE -> UNAVAILABLE;
                case INTERNAL -> 500;
            };
        }
    }
}
