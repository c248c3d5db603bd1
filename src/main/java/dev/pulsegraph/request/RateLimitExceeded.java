package dev.pulsegraph.request;

/** The caller has spent their share. An expected outcome: it carries no stack trace. */
public final class RateLimitExceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long retryAfterSeconds;

    public RateLimitExceeded(long retryAfterSeconds) {
        super(null, null, false, false);
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public long retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
