package dev.pulsegraph.metric;

import java.util.UUID;

/** A post and how much of a metric it has. */
record RankedPost(int rank, UUID postId, double value) {}
