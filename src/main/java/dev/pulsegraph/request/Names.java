package dev.pulsegraph.request;

/** What names something, such as a metric, a platform or a code: blanks around it do not count, wherever it is given. */
public final class Names {
    private Names() {}

    /** Without the spaces and tabs around it. A line break is no blank: it would be a mistake of whoever sends it. */
    public static String trimmed(String name) {
        int begin = 0;
        int end = name.length();
        while (begin < end && isBlank(name.charAt(begin))) {
            begin++;
        }
        while (begin < end && isBlank(name.charAt(end - 1))) {
            end--;
        }
        return name.substring(begin, end);
    }

    private static boolean isBlank(char c) {
        return c == '\t' || Character.getType(c) == Character.SPACE_SEPARATOR;
    }
}
