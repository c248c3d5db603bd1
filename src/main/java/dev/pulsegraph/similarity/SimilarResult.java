package dev.pulsegraph.similarity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is like it, best first, and how it was found.
 *
 * @param vectorCandidates how long the list by vectors is; null in a mode that makes none, as the other
 */
record SimilarResult(
        List<SimilarMatch> matches,
        String model,
        SearchStrategy strategy,
        int requested,
        boolean hasMore,
        @Nullable Integer vectorCandidates,
        @Nullable Integer keywordCandidates) {

    public int returned() {
        return matches.size();
    }
}
