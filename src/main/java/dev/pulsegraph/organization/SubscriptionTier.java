package dev.pulsegraph.organization;

public enum SubscriptionTier {
    FREE,
    PRO,
    ENTERPRISE
}
