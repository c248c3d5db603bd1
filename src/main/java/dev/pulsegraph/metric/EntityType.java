package dev.pulsegraph.metric;

import java.util.Locale;

/** What a metric may be about. */
public enum EntityType {
    POST,
    USER,
    ACCOUNT,
    HASHTAG,
    CAMPAIGN,
    CHAT,
    DM,
    TEMPLATE,
    CONTENT_IDEA,
    NICHE;

    /** As the column {@code entity_type} has it. */
    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
