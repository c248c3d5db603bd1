package dev.pulsegraph.problem;

/** What went wrong, for machines: the value of {@code extensions.code}. */
public enum ErrorCode {
    BAD_USER_INPUT,
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    CONFLICT,
    LIMIT_EXCEEDED,
    RATE_LIMITED,
    TIMEOUT,
    UNAVAILABLE,
    INTERNAL
}
