package dev.pulsegraph.embedding;

import java.util.List;

/** What is like it, best first, and how it was found. */
record SimilarResult(
        List<SimilarMatch> matches, String model, SearchStrategy strategy, int requested, boolean exhausted) {

    public int returned() {
        return matches.size();
    }
}
