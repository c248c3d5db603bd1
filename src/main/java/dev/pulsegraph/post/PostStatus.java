package dev.pulsegraph.post;

public enum PostStatus {
    DRAFT,
    SCHEDULED,
    PUBLISHED,
    FAILED,
    ARCHIVED
}
