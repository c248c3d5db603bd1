package dev.pulsegraph.http;

import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.ErrorBody;
import dev.pulsegraph.request.RateLimitExceeded;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * What a request failed of, as a caller may know it.
 *
 * @param status the HTTP status, when nothing has been answered yet
 * @param retryAfterSeconds when to come again, after RATE_LIMITED and UNAVAILABLE
 */
public record HttpProblem(
        int status, Problem problem, @Nullable Long retryAfterSeconds) {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    public static HttpProblem unsupported(String message) {
        return new HttpProblem(415, Problem.of(ErrorCode.BAD_USER_INPUT, message), null);
    }

    public static HttpProblem tooSlow(String message) {
        return new HttpProblem(408, Problem.of(ErrorCode.TIMEOUT, message), null);
    }

    /** The answer, with the headers that go with the status. */
    public MutableHttpResponse<byte[]> response(byte[] json) {
        MutableHttpResponse<byte[]> response = HttpResponse.<byte[]>status(status, null)
                .body(json)
                .header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON + "; charset=utf-8");
        if (retryAfterSeconds != null) {
            response.header(HttpHeaders.RETRY_AFTER, retryAfterSeconds.toString());
        }
        if (status == 401) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (status == 408) {
            response.header(HttpHeaders.CONNECTION, "close");
        }
        return response;
    }

    /** Tells failures apart. What is nobody's business is masked and logged. */
    @Singleton
    public static class Reader {
        private final SqlProblems sqlProblems;

        Reader(SqlProblems sqlProblems) {
            this.sqlProblems = sqlProblems;
        }

        public HttpProblem of(Throwable thrown) {
            if (thrown instanceof RateLimitExceeded exceeded) {
                return new HttpProblem(
                        TOO_MANY_REQUESTS,
                        Problem.of(
                                ErrorCode.RATE_LIMITED,
                                "You have exceeded your rate limit; try again in " + exceeded.retryAfterSeconds()
                                        + " s."),
                        exceeded.retryAfterSeconds());
            }
            BodyTimeout slow = BodyTimeout.in(thrown);
            if (slow != null) {
                return tooSlow(String.valueOf(slow.getMessage()));
            }
            Problem problem = sqlProblems.told("A request over HTTP", thrown);
            int status = status(problem.code());
            boolean isForLater = status == UNAVAILABLE || status == TOO_MANY_REQUESTS;
            return new HttpProblem(status, problem, isForLater ? ErrorBody.UNAVAILABLE_SECONDS : null);
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
