package dev.pulsegraph.embedding;

/** Why an embedding was not taken. */
public record EmbeddingRejection(int index, String code, String reason) {}
