package dev.pulsegraph.entity;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

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

    /** The GraphQL type of the objects; null for those that are none here. */
    public @Nullable String nodeType() {
        return switch (this) {
            case POST -> "Post";
            case USER -> "User";
            case AI_CONTEXT -> "AiContextLog";
            case ACCOUNT, HASHTAG, CAMPAIGN, CHAT, DM, TEMPLATE, CONTENT_IDEA, NICHE -> null;
        };
    }

    /** The type whose objects have this GraphQL type; null for what nothing is recorded about. */
    static @Nullable EntityType ofNodeType(String nodeType) {
        for (EntityType type : values()) {
            if (nodeType.equals(type.nodeType())) {
                return type;
            }
        }
        return null;
    }

    /** As the column {@code entity_type} has it. */
    public String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
