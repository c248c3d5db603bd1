package dev.pulsegraph.embedding;

/** How matches were found. */
public enum SearchStrategy {
    EXACT,
    HNSW,
    KEYWORD,
    HYBRID
}
