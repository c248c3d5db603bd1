package dev.pulsegraph.http;

/** Why a body was not read to its end. An expected outcome: it carries no stack trace. */
public final class BodyRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with it. */
    public enum Kind {
        /** It is longer than allowed, as sent or decoded. */
        TOO_LARGE,
        /** There is no room for it just now. */
        NO_ROOM,
        /** It stopped, or took too long. */
        TOO_SLOW,
        /** It ended early, or is not encoded as the header says. */
        BROKEN
    }

    private final Kind kind;

    BodyRefusal(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
