package dev.pulsegraph.security;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** When each API key was last used. Requests only note it here; it is written once a minute. */
@Singleton
public class ApiKeyUsage {
    private final Map<UUID, Instant> uses = new ConcurrentHashMap<>();
    private final Clock clock;

    ApiKeyUsage(Clock clock) {
        this.clock = clock;
    }

    public void record(UUID key) {
        uses.put(key, clock.instant());
    }

    /** Takes what was noted since the last call. */
    public Map<UUID, Instant> take() {
        Map<UUID, Instant> taken = new HashMap<>();
        for (UUID key : List.copyOf(uses.keySet())) {
            Instant at = uses.remove(key);
            if (at != null) {
                taken.put(key, at);
            }
        }
        return taken;
    }
}
