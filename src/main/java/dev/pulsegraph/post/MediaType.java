package dev.pulsegraph.post;

public enum MediaType {
    IMAGE,
    VIDEO,
    AUDIO,
    DOCUMENT
}
