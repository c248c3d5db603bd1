package dev.pulsegraph.bulk;

import dev.pulsegraph.problem.Limit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts bytes into lines, which end with LF or CR LF, and in CSV with a CR alone too, as some spreadsheets write. A line
 * break inside quotes belongs to the line, in CSV. It holds little more than the longest
 * line; where a quote is never closed, only the physical line that opens it is lost.
 */
public final class LineSplitter {
    /** What a line may have where nothing else is said. */
    @Limit(value = "length of a line of a bulk import, other than of vectors", unit = "bytes")
    static final int LONGEST = 64 * 1024;

    private enum State {
        START_OF_FIELD,
        PLAIN,
        QUOTED,
        QUOTE_IN_QUOTED
    }

    private final boolean quotes;
    private final int longest;
    private byte[] buffer = new byte[4 * LONGEST];
    private int begin;
    private int scanned;
    private int end;
    private State state = State.START_OF_FIELD;
    /** The number of the physical line at {@link #begin}. */
    private long number = 1;
    /** Line breaks since then, and where the first of them is. */
    private int breaks;

    private int firstBreak;
    /** Whether the physical line at hand is too long to keep. */
    private boolean skipping;
    /** Whether no more bytes come. */
    private boolean isEnded;

    /**
     * Begins with the first line.
     *
     * @param quotes whether a quote begins what may go on over a line break
     * @param longest how many bytes a line may have
     */
    public LineSplitter(boolean quotes, int longest) {
        this.quotes = quotes;
        this.longest = longest;
    }

    /** Takes the next bytes. All lines that were complete must have been taken before. */
    public void add(byte[] bytes) {
        int left = end - begin;
        byte[] target = left + bytes.length > buffer.length ? new byte[left + bytes.length] : buffer;
        System.arraycopy(buffer, begin, target, 0, left);
        System.arraycopy(bytes, 0, target, left, bytes.length);
        buffer = target;
        firstBreak -= begin;
        scanned -= begin;
        begin = 0;
        end = left + bytes.length;
    }

    /** The next complete line; null when more bytes are needed. */
    public @Nullable Line next() {
        while (scanned < end) {
            byte b = buffer[scanned++];
            if (b == '\r' && quotes && (skipping || state != State.QUOTED)) {
                if (scanned == end && !isEnded) {
                    // What follows decides whether the line ends here or one further.
                    scanned--;
                    return null;
                }
                if (scanned == end || buffer[scanned] != '\n') {
                    b = '\n';
                }
            }
            if (b == '\n') {
                if (skipping) {
                    skipping = false;
                    return lost(scanned, Line.tooLong(number, longest));
                }
                if (state != State.QUOTED) {
                    return line(scanned - 1, scanned, number + breaks);
                }
                if (breaks++ == 0) {
                    firstBreak = scanned;
                }
            }
            if (skipping) {
                begin = scanned;
            } else {
                state = quotes ? after(b) : State.PLAIN;
                if (scanned - begin > longest) {
                    if (breaks > 0) {
                        return lost(firstBreak, Line.tooLong(number, longest));
                    }
                    skipping = true;
                    begin = scanned;
                }
            }
        }
        return null;
    }

    /** What is left at the end of all bytes, line by line; null at last. */
    public @Nullable Line rest() {
        isEnded = true;
        Line line = next();
        if (line != null) {
            return line;
        }
        if (skipping) {
            skipping = false;
            return lost(end, Line.tooLong(number, longest));
        }
        if (begin == end) {
            return null;
        }
        if (state == State.QUOTED) {
            return lost(breaks > 0 ? firstBreak : end, Line.openQuote(number));
        }
        return line(end, end, number + breaks);
    }

    private State after(byte b) {
        return switch (state) {
            case START_OF_FIELD -> b == '"' ? State.QUOTED : unquoted(b);
            case PLAIN -> unquoted(b);
            case QUOTED -> b == '"' ? State.QUOTE_IN_QUOTED : State.QUOTED;
            case QUOTE_IN_QUOTED -> b == '"' ? State.QUOTED : unquoted(b);
        };
    }

    private static State unquoted(byte b) {
        return b == ',' ? State.START_OF_FIELD : State.PLAIN;
    }

    private Line line(int until, int next, long last) {
        int stop = until > begin && buffer[until - 1] == '\r' ? until - 1 : until;
        Line line = new Line(number, last, Arrays.copyOfRange(buffer, begin, stop), null);
        startAt(next, last + 1);
        return line;
    }

    private Line lost(int next, Line line) {
        startAt(next, number + 1);
        return line;
    }

    private void startAt(int next, long nextNumber) {
        begin = next;
        scanned = next;
        number = nextNumber;
        breaks = 0;
        state = State.START_OF_FIELD;
    }
}
