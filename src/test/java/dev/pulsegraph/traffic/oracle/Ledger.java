package dev.pulsegraph.traffic.oracle;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What was told so far, and what has to be said to what is told next. */
public final class Ledger {
    private static final Duration LATE = Duration.ofDays(90);
    private static final Duration EARLY = Duration.ofDays(1);

    private final Map<UUID, Map<String, VisitorEvent>> events = new HashMap<>();

    public void create(UUID organization) {
        events.put(organization, new LinkedHashMap<>());
    }

    public void delete(UUID organization) {
        events.remove(organization);
    }

    public Collection<VisitorEvent> of(UUID organization) {
        return events.getOrDefault(organization, Map.of()).values();
    }

    public List<VisitorEvent> all() {
        return events.values().stream().flatMap(told -> told.values().stream()).toList();
    }

    /** Takes an event; answers its receipt: ACCEPTED, DUPLICATE, or why it is rejected. */
    public String take(VisitorEvent event, Instant receivedAt) {
        if (event.visitor() == null) {
            return "NO_VISITOR";
        }
        if (Duration.between(receivedAt, event.at()).compareTo(EARLY) > 0) {
            return "IN_FUTURE";
        }
        if (Duration.between(event.at(), receivedAt).compareTo(LATE) > 0) {
            return "TOO_OLD";
        }
        Map<String, VisitorEvent> told = events.get(event.organization());
        if (told == null) {
            return "UNKNOWN_ORGANIZATION";
        }
        return told.putIfAbsent(event.messageId(), event) == null ? "ACCEPTED" : "DUPLICATE";
    }
}
