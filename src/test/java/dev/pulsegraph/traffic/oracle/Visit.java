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
record Visit(List<Deed> deeds) {
    private static final Duration PAUSE = Duration.ofMinutes(30);
    private static final Duration PAUSE_OF_CLIENTS = Duration.ofHours(24);

    /** Sorts everything that was done into visits. */
    static List<Visit> of(Collection<Deed> all) {
        Map<String, List<Deed>> streams = new HashMap<>();
        all.stream()
                .filter(Deed::isTraffic)
                .sorted(Comparator.comparing(Deed::at).thenComparing(Deed::key))
                .forEach(deed -> streams.computeIfAbsent(stream(deed), any -> new ArrayList<>())
                        .add(deed));
        List<Visit> visits = new ArrayList<>();
        for (List<Deed> stream : streams.values()) {
            List<Deed> visit = new ArrayList<>();
            for (Deed deed : stream) {
                Duration pause = deed.sessionId() == null ? PAUSE : PAUSE_OF_CLIENTS;
                if (!visit.isEmpty()
                        && Duration.between(visit.getLast().at(), deed.at()).compareTo(pause) > 0) {
                    visits.add(new Visit(visit));
                    visit = new ArrayList<>();
                }
                visit.add(deed);
            }
            visits.add(new Visit(visit));
        }
        return visits;
    }

    private static String stream(Deed deed) {
        return Objects.requireNonNull(deed.visitor()) + (deed.sessionId() == null ? "" : "\n" + deed.sessionId());
    }

    Deed earliest() {
        return deeds.getFirst();
    }

    Instant end() {
        return deeds.getLast().at();
    }

    long seconds() {
        return Duration.between(earliest().at(), end()).toSeconds();
    }

    long views() {
        return deeds.stream().filter(Deed::isView).count();
    }

    long clicks() {
        return deeds.stream().filter(Deed::isClick).count();
    }

    boolean isBounce() {
        return views() == 1 && clicks() == 0;
    }
}
