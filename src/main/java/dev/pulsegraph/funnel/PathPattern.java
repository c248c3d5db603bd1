package dev.pulsegraph.funnel;

import dev.pulsegraph.problem.Problem;

/** Paths of pages, of which {@code *} stands for any characters. */
final class PathPattern {
    private static final int MAX_STARS = 10;

    private PathPattern() {}

    /** The pattern as it is kept: several stars in a row are one. */
    static String checked(String argument, String pattern) {
        String kept = pattern.replaceAll("\\*{2,}", "*");
        if (kept.chars().filter(c -> c == '*').count() > MAX_STARS) {
            throw Problem.badInput(argument, "`" + Problem.shown(pattern) + "` has more than " + MAX_STARS + " stars.");
        }
        return kept;
    }

    /** The pattern for LIKE, whose own signs stand for themselves. */
    static String like(String pattern) {
        return pattern.replaceAll("[\\\\%_]", "\\\\$0").replace('*', '%');
    }
}
