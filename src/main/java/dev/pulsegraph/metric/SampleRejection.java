package dev.pulsegraph.metric;

/** Why a sample was not taken. */
public record SampleRejection(int index, String code, String reason) {}
