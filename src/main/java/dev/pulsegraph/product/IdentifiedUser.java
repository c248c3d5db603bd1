package dev.pulsegraph.product;

import dev.pulsegraph.paging.Identified;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * A user whom {@code identify} told.
 *
 * @param id made of the user id, so that an order of times is a total one
 * @param traits what was told last of each
 * @param identifiedAt time of the earliest event that told the user
 * @param updatedAt time of the latest
 */
record IdentifiedUser(
        UUID id,
        UUID organizationId,
        String userId,
        Map<String, Object> traits,
        Instant identifiedAt,
        Instant updatedAt)
        implements Identified {

    Key key() {
        return new Key(organizationId, userId);
    }

    /** Which user of which organization. */
    record Key(UUID organizationId, String userId) {}
}
