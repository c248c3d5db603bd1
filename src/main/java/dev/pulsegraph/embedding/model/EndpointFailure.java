package dev.pulsegraph.embedding.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why one request to an endpoint brought no vectors. It never holds what the endpoint or the request said. */
final class EndpointFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    enum Reason {
        /** No connection, or one that was cut. */
        UNREACHABLE(true, true),
        TIMEOUT(true, true),
        /** The endpoint says that it is its own fault. */
        BROKEN(true, true),
        /** Too many requests. */
        LIMITED(true, false),
        /** The key, the address or the model are not what the endpoint wants. */
        SETTINGS(false, true),
        /** An answer nobody can use. */
        UNUSABLE(false, true),
        /** These texts, or one of them, are not what the model takes. */
        TEXTS(false, false);

        final boolean isRetryable;
        final boolean countsAgainstEndpoint;

        Reason(boolean isRetryable, boolean countsAgainstEndpoint) {
            this.isRetryable = isRetryable;
            this.countsAgainstEndpoint = countsAgainstEndpoint;
        }
    }

    private final Reason reason;
    private final transient @Nullable Duration retryAfter;

    private EndpointFailure(Reason reason, String sentence, @Nullable Duration retryAfter) {
        super(sentence, null, false, false);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    /** @param sentence goes on after {@code The embedding model "…" cannot answer: } */
    static EndpointFailure of(Reason reason, String sentence) {
        return new EndpointFailure(reason, sentence, null);
    }

    static EndpointFailure of(Reason reason, String sentence, @Nullable Duration retryAfter) {
        return new EndpointFailure(reason, sentence, retryAfter);
    }

    Reason reason() {
        return reason;
    }

    /** When the endpoint wants to be asked again, if it said so. */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
