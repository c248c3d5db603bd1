package dev.pulsegraph.organization;

public enum AuditAction {
    CREATE,
    UPDATE,
    DELETE
}
