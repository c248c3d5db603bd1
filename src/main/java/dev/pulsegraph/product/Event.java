package dev.pulsegraph.product;

import dev.pulsegraph.event.TrackType;
import dev.pulsegraph.paging.Identified;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as it is stored.
 *
 * @param source as the context says, else the library that sent it
 * @param user the id of the user, where the event has one
 * @param sessionKey finds the session, with the time; null for events that are of none
 */
record Event(
        UUID id,
        UUID organizationId,
        TrackType type,
        @Nullable String name,
        @Nullable String source,
        Instant at,
        Instant receivedAt,
        String visitor,
        @Nullable String user,
        @Nullable UUID sessionKey,
        @Nullable String userCode,
        @Nullable String shareCode,
        @Nullable String contactId,
        @Nullable String pageType,
        @Nullable String path,
        @Nullable String clickTarget,
        Map<String, Object> properties,
        Map<String, Object> context)
        implements Identified {}
