package dev.pulsegraph.organization;

/** The ladder of roles; each may do what those before it may. What exactly is decided by the policies in SQL. */
public enum Role {
    VIEWER,
    MEMBER,
    EDITOR,
    ADMIN,
    OWNER
}
