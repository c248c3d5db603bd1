package dev.pulsegraph.embedding;

/** What a boost did to a match. */
record SimilarBoost(double score, double engagement, double factor) {}
