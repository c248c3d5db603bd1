package dev.pulsegraph.entity;

import java.util.Locale;

/** What a metric, features or an embedding may be about. */
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
    NICHE,
    AI_CONTEXT;

    /** As the column {@code entity_type} has it. */
    public String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
