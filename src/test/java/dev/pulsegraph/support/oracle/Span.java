package dev.pulsegraph.support.oracle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A piece of time. */
public record Span(Instant from, Instant to) {
    public boolean holds(Instant at) {
        return !at.isBefore(from) && at.isBefore(to);
    }

    public static List<Span> between(List<Instant> edges) {
        List<Span> spans = new ArrayList<>();
        for (int i = 1; i < edges.size(); i++) {
            spans.add(new Span(edges.get(i - 1), edges.get(i)));
        }
        return spans;
    }
}
