package dev.pulsegraph.product;

import dev.pulsegraph.event.TrackType;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** A name of events, with how often it was told in a range. */
record EventName(
        UUID organizationId,
        TrackType type,
        String name,
        long count,
        long visitors,
        Instant firstSeen,
        Instant lastSeen,
        Map<String, Object> sampleProperties) {}
