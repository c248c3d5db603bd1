package dev.pulsegraph.embedding;

/** Why a feature vector was not taken. */
public record MlFeatureRejection(int index, String code, String reason) {}
