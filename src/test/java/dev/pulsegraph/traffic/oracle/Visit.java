package dev.pulsegraph.traffic.oracle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Views and clicks that belong together, earliest first. */
record Visit(List<VisitorEvent> events) {
    private static final Duration PAUSE = Duration.ofMinutes(30);
    private static final Duration PAUSE_OF_CLIENTS = Duration.ofHours(24);

    /** Sorts everything that was done into visits. */
    static List<Visit> of(Collection<VisitorEvent> all) {
        Map<String, List<VisitorEvent>> streams = new HashMap<>();
        all.stream()
                .filter(VisitorEvent::isTraffic)
                .sorted(Comparator.comparing(VisitorEvent::at).thenComparing(VisitorEvent::key))
                .forEach(event -> streams.computeIfAbsent(stream(event), any -> new ArrayList<>())
                        .add(event));
        List<Visit> visits = new ArrayList<>();
        for (List<VisitorEvent> stream : streams.values()) {
            List<VisitorEvent> visit = new ArrayList<>();
            for (VisitorEvent event : stream) {
                Duration pause = event.sessionId() == null ? PAUSE : PAUSE_OF_CLIENTS;
                if (!visit.isEmpty()
                        && Duration.between(visit.getLast().at(), event.at()).compareTo(pause) > 0) {
                    visits.add(new Visit(visit));
                    visit = new ArrayList<>();
                }
                visit.add(event);
            }
            visits.add(new Visit(visit));
        }
        return visits;
    }

    private static String stream(VisitorEvent event) {
        return Objects.requireNonNull(event.visitor()) + (event.sessionId() == null ? "" : "\n" + event.sessionId());
    }

    VisitorEvent earliest() {
        return events.getFirst();
    }

    Instant end() {
        return events.getLast().at();
    }

    long seconds() {
        return Duration.between(earliest().at(), end()).toSeconds();
    }

    long views() {
        return events.stream().filter(VisitorEvent::isView).count();
    }

    long clicks() {
        return events.stream().filter(VisitorEvent::isClick).count();
    }

    boolean isBounce() {
        return views() == 1 && clicks() == 0;
    }
}
