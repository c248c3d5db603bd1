package dev.pulsegraph.post;

enum PostOrderField {
    PUBLISHED_AT,
    CREATED_AT,
    TITLE
}
