package dev.pulsegraph.traffic;

import java.util.ArrayList;
import java.util.List;

/** Traffic that is added up. Its visitors are known by sketches, and where these do not reach, by their names. */
final class TrafficSum {
    private final List<byte[]> sketches = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private long sessions;
    private long pageViews;
    private long clicks;
    private long bounces;
    private long seconds;

    void add(TrafficSeriesRepository.Part part) {
        sessions += part.sessions();
        pageViews += part.pageViews();
        clicks += part.clicks();
        bounces += part.bounces();
        seconds += part.seconds();
        sketches.addAll(part.sketches());
        names.addAll(part.visitors());
    }

    long sessions() {
        return sessions;
    }

    long pageViews() {
        return pageViews;
    }

    long clicks() {
        return clicks;
    }

    long bounces() {
        return bounces;
    }

    long seconds() {
        return seconds;
    }

    long visitors() {
        return HllSketches.count(sketches, names);
    }
}
