package dev.pulsegraph.event;

import dev.pulsegraph.paging.Identified;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A visit. Its address stays in the database. */
public record Session(
        UUID id,
        UUID organizationId,
        @Nullable String sessionId,
        String visitor,
        @Nullable String userCode,
        @Nullable String shareCode,
        @Nullable String contactId,
        Instant firstSeen,
        Instant lastSeen,
        int pageViews,
        int clicks,
        @Nullable String referrer,
        @Nullable String userAgent)
        implements Identified {

    /** Whole seconds, as rollups count them. */
    public long seconds() {
        return Duration.between(firstSeen, lastSeen).toSeconds();
    }
}
