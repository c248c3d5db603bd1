package dev.pulsegraph.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What somebody may have meant, and what there is, for the end of a sentence about a name that does not exist. */
public final class Suggestion {
    private static final int MAX_LISTED = 20;

    private Suggestion() {}

    /** {@code Did you mean `title`?}, or what is allowed when nothing is near; with a space in front. */
    public static String among(Collection<String> allowed, String given) {
        // Whatever is longer than any name is near to none.
        int farthest = Math.min(given.length(), 100) * 2 / 5 + 1;
        return nearest(allowed, given, farthest)
                .map(name -> " Did you mean `" + name + "`?")
                .orElseGet(() -> listed(allowed));
    }

    /**
     * The known name that is the fewest edits away, in any case of letters.
     *
     * @param farthest how many edits are too many when there are more
     */
    public static Optional<String> nearest(Collection<String> known, String given, int farthest) {
        var distance = new LevenshteinDistance(farthest);
        String folded = given.toLowerCase(Locale.ROOT);
        return known.stream()
                .map(name -> new Near(name, distance.apply(name.toLowerCase(Locale.ROOT), folded)))
                .filter(near -> near.distance >= 0)
                .min(Comparator.comparingInt(Near::distance))
                .map(Near::name);
    }

    private static String listed(Collection<String> allowed) {
        return allowed.isEmpty() || allowed.size() > MAX_LISTED
                ? ""
                : allowed.stream().collect(Collectors.joining("`, `", " There is `", "`."));
    }

    private record Near(String name, int distance) {}
}
