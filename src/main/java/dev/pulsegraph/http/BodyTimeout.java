package dev.pulsegraph.http;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client stopped sending a body that is waited for, or sends it too slowly. An expected outcome without a stack trace. */
public final class BodyTimeout extends IOException {
    private static final long serialVersionUID = 1L;

    private BodyTimeout(String message) {
        super(message);
    }

    static BodyTimeout idle(Duration quiet) {
        return new BodyTimeout("Nothing of the body arrived for " + quiet.toMillis() / 1000.0 + " s.");
    }

    static BodyTimeout slow(Duration longest) {
        return new BodyTimeout("The body did not arrive within " + longest.toMillis() / 1000.0 + " s.");
    }

    /** The timeout that made something fail; null when it was something else. */
    public static @Nullable BodyTimeout in(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof BodyTimeout timeout) {
                return timeout;
            }
        }
        return null;
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
