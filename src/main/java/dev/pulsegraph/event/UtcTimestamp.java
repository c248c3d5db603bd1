package dev.pulsegraph.event;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Reads times as nearly all clients write them, such as {@code 2026-03-01T09:30:00.123Z}. A formatter, which may read any form,
 * takes ten times as long.
 */
final class UtcTimestamp {
    /** Where each number ends in {@code 2026-03-01T09:30:00}, and what follows. */
    private static final String FORM = "dddd-dd-ddTdd:dd:dd";

    private static final int MAX_FRACTION = 9;

    private UtcTimestamp() {}

    /** Null when the text has another form, or the calendar no such time: a formatter may know better, as of 24 o'clock. */
    static @Nullable Instant parse(String text) {
        int end = text.length() - 1;
        if (end < FORM.length() || text.charAt(end) != 'Z' || !isOfForm(text)) {
            return null;
        }
        int nanos = 0;
        if (end > FORM.length()) {
            int digits = end - FORM.length() - 1;
            if (text.charAt(FORM.length()) != '.' || digits < 1 || digits > MAX_FRACTION) {
                return null;
            }
            for (int i = 0; i < MAX_FRACTION; i++) {
                char c = i < digits ? text.charAt(FORM.length() + 1 + i) : '0';
                if (!isDigit(c)) {
                    return null;
                }
                nanos = 10 * nanos + c - '0';
            }
        }
        try {
            return LocalDateTime.of(
                            number(text, 0, 4),
                            number(text, 5, 7),
                            number(text, 8, 10),
                            number(text, 11, 13),
                            number(text, 14, 16),
                            number(text, 17, 19),
                            nanos)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException unusual) {
            return null;
        }
    }

    private static boolean isOfForm(String text) {
        for (int i = 0; i < FORM.length(); i++) {
            char c = text.charAt(i);
            if (FORM.charAt(i) == 'd' ? !isDigit(c) : c != FORM.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = 10 * number + text.charAt(i) - '0';
        }
        return number;
    }
}
