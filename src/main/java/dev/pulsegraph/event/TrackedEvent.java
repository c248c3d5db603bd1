package dev.pulsegraph.event;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as the server took it, checked in its form; strings are trimmed, empty ones null.
 *
 * @param messageId its id by the client: an event counts once, however often it is sent
 * @param at when it happened, to the microsecond, on the server's clock
 * @param bot whether a program did it, so that it counts nowhere
 * @param ipAddress as far as it may be kept
 * @param circumstances of a view or a click
 */
public record TrackedEvent(
        UUID organization,
        String messageId,
        TrackType type,
        @Nullable String name,
        @Nullable String anonymousId,
        @Nullable String userId,
        @Nullable String sessionId,
        @Nullable String userCode,
        @Nullable String shareCode,
        @Nullable String contactId,
        @Nullable String pageType,
        @Nullable String clickTarget,
        @Nullable ClickCategory clickCategory,
        Instant at,
        Instant receivedAt,
        boolean bot,
        @Nullable String ipAddress,
        @Nullable String userAgent,
        @Nullable String referrer,
        Map<String, Object> properties,
        Map<String, Object> context,
        Circumstances circumstances) {

    /** Who did it; null when the event does not tell. */
    public @Nullable String visitor() {
        if (anonymousId != null) {
            return anonymousId;
        }
        if (userId != null) {
            return "user:" + userId;
        }
        return sessionId == null ? null : "session:" + sessionId;
    }

    /** Whether it counts as traffic: a view or a click of a person. */
    public boolean isTraffic() {
        return !bot && (type == TrackType.PAGE || type == TrackType.CLICK);
    }
}
