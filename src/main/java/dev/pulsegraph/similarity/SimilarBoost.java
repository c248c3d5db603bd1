package dev.pulsegraph.similarity;

/** What a boost did to a match. */
record SimilarBoost(double score, double engagement, double factor) {}
