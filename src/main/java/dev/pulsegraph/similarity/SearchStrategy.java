package dev.pulsegraph.similarity;

/** How matches were found. */
public enum SearchStrategy {
    EXACT,
    HNSW,
    KEYWORD,
    HYBRID
}
