package dev.pulsegraph.organization;

public enum MemberStatus {
    PENDING,
    ACTIVE,
    INACTIVE,
    SUSPENDED
}
