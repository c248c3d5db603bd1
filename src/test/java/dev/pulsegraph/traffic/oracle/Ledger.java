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

    private final Map<UUID, Map<String, Deed>> deeds = new HashMap<>();

    public void found(UUID organization) {
        deeds.put(organization, new LinkedHashMap<>());
    }

    public void dissolve(UUID organization) {
        deeds.remove(organization);
    }

    public Collection<Deed> of(UUID organization) {
        return deeds.getOrDefault(organization, Map.of()).values();
    }

    public List<Deed> all() {
        return deeds.values().stream().flatMap(told -> told.values().stream()).toList();
    }

    /** Takes a deed; answers its receipt: ACCEPTED, DUPLICATE, or why it is rejected. */
    public String take(Deed deed, Instant receivedAt) {
        if (deed.visitor() == null) {
            return "NO_VISITOR";
        }
        if (Duration.between(receivedAt, deed.at()).compareTo(EARLY) > 0) {
            return "IN_FUTURE";
        }
        if (Duration.between(deed.at(), receivedAt).compareTo(LATE) > 0) {
            return "TOO_OLD";
        }
        Map<String, Deed> told = deeds.get(deed.organization());
        if (told == null) {
            return "UNKNOWN_ORGANIZATION";
        }
        return told.putIfAbsent(deed.messageId(), deed) == null ? "ACCEPTED" : "DUPLICATE";
    }
}
