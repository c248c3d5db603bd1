package dev.pulsegraph.paging;

import dev.pulsegraph.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.UUID;

/**
 * A place in an ordered list: the sort key of a row and its id.
 *
 * @param ordering names the ordering the place belongs to, so that a cursor of another list is refused
 * @param key the sort key as text
 * @param id the id of the row, which makes the place unique
 */
public record Cursor(String ordering, String key, UUID id) {
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    /** The id before all others, or after them. */
    public static UUID edge(boolean up) {
        return up ? new UUID(0, 0) : new UUID(-1, -1);
    }

    /** {@code ordering|id|key} in URL-safe base64: opaque to clients. */
    public String encode() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((ordering + '|' + id + '|' + key).getBytes(StandardCharsets.UTF_8));
    }

    /** The sort key of a list ordered by time, checked to be one. */
    public String instantKey(String argument) {
        try {
            if (key.equals("infinity") || key.equals("-infinity")) {
                return key;
            }
            Instant at = Instant.parse(key);
            if (at.isBefore(FIRST) || !at.isBefore(END)) {
                throw invalid(argument);
            }
            return at.toString();
        } catch (DateTimeParseException forged) {
            throw invalid(argument);
        }
    }

    /** Reads what {@link #encode} wrote; anything else is bad input of {@code argument}. */
    public static Cursor decode(String argument, String text, String ordering) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\\|", 3);
            if (parts.length == 3 && parts[0].equals(ordering) && parts[2].indexOf('\0') < 0) {
                return new Cursor(ordering, parts[2], UUID.fromString(parts[1]));
            }
        } catch (IllegalArgumentException notOurs) {
            // falls through to the sentence below
        }
        throw invalid(argument);
    }

    private static Problem invalid(String argument) {
        return Problem.badInput(
                argument,
                "not a cursor of this list in this order; take `startCursor` or `endCursor` of an earlier page.");
    }
}
