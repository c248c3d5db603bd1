package dev.pulsegraph.metric.oracle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A piece of time. */
public record Span(Instant from, Instant to) {
    boolean holds(Reading reading) {
        return !reading.at().isBefore(from) && reading.at().isBefore(to);
    }

    static List<Span> between(List<Instant> edges) {
        List<Span> spans = new ArrayList<>();
        for (int i = 1; i < edges.size(); i++) {
            spans.add(new Span(edges.get(i - 1), edges.get(i)));
        }
        return spans;
    }
}
