package dev.pulsegraph.metric;

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
    NICHE
}
