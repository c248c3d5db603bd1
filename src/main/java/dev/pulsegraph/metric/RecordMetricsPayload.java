package dev.pulsegraph.metric;

import dev.pulsegraph.request.Rejection;
import java.util.List;

/** What became of samples; the three numbers together are all of them. */
public record RecordMetricsPayload(int written, int unchanged, List<Rejection> rejected) {}
