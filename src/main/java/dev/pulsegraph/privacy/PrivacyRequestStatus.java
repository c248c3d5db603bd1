package dev.pulsegraph.privacy;

public enum PrivacyRequestStatus {
    PENDING,
    COMPLETED,
    FAILED
}
