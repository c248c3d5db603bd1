package dev.pulsegraph.mlfeature;

import dev.pulsegraph.request.Rejection;
import java.util.List;

/** What became of feature vectors; the three numbers together are all of them. */
public record PutMlFeaturesPayload(int written, int unchanged, List<Rejection> rejected) {}
