package dev.pulsegraph.bulk;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import org.jspecify.annotations.Nullable;

/** A record of the body with the numbers of its first and last physical line. */
public final class Line {
    private static final byte[] NOTHING = {};

    public final long first;
    public final long last;
    public final byte[] bytes;
    /** Why it cannot be read at all. */
    public final @Nullable Problem problem;

    public Line(long first, long last, byte[] bytes, @Nullable Problem problem) {
        this.first = first;
        this.last = last;
        this.bytes = bytes;
        this.problem = problem;
    }

    static Line tooLong(long number, int longest) {
        String bound = longest / 1024 + " KB";
        return unreadable(
                number,
                "The line is longer than " + bound + ", or a quote is opened in it that is not closed within " + bound
                        + ".");
    }

    static Line openQuote(long number) {
        return unreadable(number, "A quote is opened in the line and never closed.");
    }

    private static Line unreadable(long number, String reason) {
        return new Line(number, number, NOTHING, Problem.of(ErrorCode.BAD_USER_INPUT, reason));
    }

    public boolean isBlank() {
        if (problem != null) {
            return false;
        }
        for (byte b : bytes) {
            if (b != ' ' && b != '\t') {
                return false;
            }
        }
        return true;
    }
}
