package dev.pulsegraph.embedding;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a text into chunks that models take whole: as many sentences as fit. A sentence that is too long is cut between
 * words, and a word that is too long between characters.
 */
public final class TextChunker {
    /** Characters as Java counts them, so that a chunk has no more of them by any other count. */
    static final int MAX_LENGTH = 2_000;

    private TextChunker() {}

    /** None of a text that is blank; otherwise none of them is. */
    public static List<String> of(String text) {
        return of(text, MAX_LENGTH);
    }

    static List<String> of(String text, int maxLength) {
        List<String> chunks = new ArrayList<>();
        int begin = 0;
        while (begin < text.length()) {
            int end = end(text, begin, maxLength);
            String chunk = text.substring(begin, end).strip();
            if (!chunk.isEmpty()) {
                chunks.add(chunk);
            }
            begin = end;
        }
        return chunks;
    }

    private static int end(String text, int begin, int maxLength) {
        // Blanks at the end of a chunk do not count: they are stripped.
        int limit = Math.min(text.length(), begin + maxLength);
        while (limit < text.length() && Character.isWhitespace(text.charAt(limit))) {
            limit++;
        }
        if (limit == text.length()) {
            return limit;
        }
        // A little more than fits, so that what ends with the last character that fits is seen to end.
        String ahead = text.substring(begin, Math.min(text.length(), limit + 2));
        for (BreakIterator borders : List.of(
                BreakIterator.getSentenceInstance(Locale.ROOT),
                BreakIterator.getLineInstance(Locale.ROOT),
                BreakIterator.getCharacterInstance(Locale.ROOT))) {
            int border = lastBorder(borders, ahead, limit - begin);
            if (border > 0) {
                return begin + border;
            }
        }
        return begin + wholeCharacters(ahead, maxLength);
    }

    /** The last border at or before {@code maxLength}; 0 when there is none but the beginning. */
    private static int lastBorder(BreakIterator borders, String text, int maxLength) {
        borders.setText(text);
        return borders.isBoundary(maxLength) ? maxLength : Math.max(0, borders.preceding(maxLength));
    }

    /** A letter may have thousands of marks on it. */
    private static int wholeCharacters(String text, int maxLength) {
        return maxLength > 1 && Character.isHighSurrogate(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
    }
}
