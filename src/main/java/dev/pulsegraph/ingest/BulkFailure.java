package dev.pulsegraph.ingest;

import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a request or a chunk failed of, as a caller may know it.
 *
 * @param status the HTTP status, when nothing has been answered yet
 * @param retryAfterSeconds when to come again, after RATE_LIMITED
 */
record BulkFailure(int status, Problem problem, @Nullable Long retryAfterSeconds) {

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

    /** Tells failures apart. What is nobody's business is masked and logged. */
    @Singleton
    static class Reader {
        private static final Logger LOG = LoggerFactory.getLogger(BulkFailure.class);

        private final SqlProblems sqlProblems;

        Reader(SqlProblems sqlProblems) {
            this.sqlProblems = sqlProblems;
        }

        BulkFailure of(Throwable thrown) {
            if (thrown instanceof BulkImport.TooFast tooFast) {
                return new BulkFailure(
                        429,
                        Problem.of(
                                ErrorCode.RATE_LIMITED,
                                "You have sent more than your share for now; come again in " + tooFast.seconds + " s."),
                        tooFast.seconds);
            }
            if (SqlProblems.isUnreachable(thrown)) {
                LOG.error("The database cannot be reached", thrown);
                return new BulkFailure(
                        503,
                        Problem.of(ErrorCode.INTERNAL, "The database cannot be reached at the moment; send it again."),
                        null);
            }
            Problem problem = sqlProblems.of(thrown).orElse(null);
            if (problem == null) {
                String correlationId = UUID.randomUUID().toString();
                LOG.error("A bulk request failed, correlation id {}", correlationId, thrown);
                problem = Problem.of(
                        ErrorCode.INTERNAL,
                        "Something went wrong here, and it was logged. Correlation id: " + correlationId);
            }
            return new BulkFailure(status(problem.code()), problem, null);
        }

        private static int status(ErrorCode code) {
            return switch (code) {
                case BAD_USER_INPUT -> 400;
                case UNAUTHENTICATED -> 401;
                case FORBIDDEN -> 403;
                case NOT_FOUND -> 404;
                case CONFLICT -> 409;
                case LIMIT_EXCEEDED -> 422;
                case RATE_LIMITED -> 429;
                case TIMEOUT, UNAVAILABLE -> 503;
                case INTERNAL -> 500;
            };
        }
    }
}
