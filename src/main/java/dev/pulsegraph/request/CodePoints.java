package dev.pulsegraph.request;

/** Characters as the schema and PostgreSQL count them: code points, and not the halves of which Java's texts are made. */
public final class CodePoints {
    private CodePoints() {}

    public static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Whether there is nothing but blanks, as Unicode has them: no-break and ideographic spaces too. */
    public static boolean isBlank(String text) {
        return text.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85);
    }

    /** At most the first characters of a text, none of them cut in half. */
    public static String first(String text, int most) {
        return length(text) <= most ? text : text.substring(0, text.offsetByCodePoints(0, most));
    }
}
