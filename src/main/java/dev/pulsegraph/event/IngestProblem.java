package dev.pulsegraph.event;

import dev.pulsegraph.http.BodyRefusal;
import dev.pulsegraph.http.HttpProblem;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;

/** Why events were sent back. An expected outcome: it carries no stack trace. */
final class IngestProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    enum Kind {
        FULL(
                429,
                ErrorCode.RATE_LIMITED,
                "More events arrive than can be written at the moment; send them again in 1 s.",
                1),
        STOPPING(503, ErrorCode.UNAVAILABLE, "This server is about to stop; send the events again in 2 s.", 2),
        LATE(
                503,
                ErrorCode.TIMEOUT,
                "The events were not written in time; send them again in 2 s: no event is counted twice.",
                2),
        AWAY(
                503,
                ErrorCode.UNAVAILABLE,
                "The database cannot be reached at the moment; send the events again in 2 s: no event is counted twice.",
                2),
        TOO_LARGE(413, ErrorCode.LIMIT_EXCEEDED, "A request may have at most 500 KB, also after decompression.", 0),
        TOO_MANY(413, ErrorCode.LIMIT_EXCEEDED, "A request may have at most 2,500 events.", 0),
        NO_UTF_8(415, ErrorCode.BAD_USER_INPUT, "Send the body as JSON in UTF-8; `charset` names another encoding.", 0),
        NO_ENCODING(415, ErrorCode.BAD_USER_INPUT, "`Content-Encoding` may be gzip or identity.", 0);

        private final int status;
        private final ErrorCode code;
        private final String message;
        private final long retryAfterSeconds;

        Kind(int status, ErrorCode code, String message, long retryAfterSeconds) {
            this.status = status;
            this.code = code;
            this.message = message;
            this.retryAfterSeconds = retryAfterSeconds;
        }
    }

    private final Kind kind;

    IngestProblem(Kind kind) {
        super(kind.message, null, false, false);
        this.kind = kind;
    }

    /** The same of a body that was not read to its end. */
    static HttpProblem of(BodyRefusal refusal) {
        return switch (refusal.kind()) {
            case TOO_LARGE -> new IngestProblem(Kind.TOO_LARGE).toHttp();
            case NO_ROOM -> new IngestProblem(Kind.FULL).toHttp();
            case TOO_SLOW -> HttpProblem.tooSlow(refusal.getMessage());
            case BROKEN -> new HttpProblem(400, Problem.of(ErrorCode.BAD_USER_INPUT, refusal.getMessage()), null);
        };
    }

    HttpProblem toHttp() {
        return new HttpProblem(
                kind.status,
                Problem.of(kind.code, kind.message),
                kind.retryAfterSeconds == 0 ? null : kind.retryAfterSeconds);
    }
}
