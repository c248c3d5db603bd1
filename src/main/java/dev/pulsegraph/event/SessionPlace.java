package dev.pulsegraph.event;

import dev.pulsegraph.database.Read;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/**
 * How an event finds its session, since sessions merge when late events arrive.
 *
 * @param key the {@code session_key} of the event
 * @param at when it happened
 */
public record SessionPlace(UUID key, Instant at) {
    /** The sessions at these places. */
    public static Read<Map<SessionPlace, Session>> sessions(Collection<SessionPlace> places) {
        return SessionRepository.at(places);
    }
}
