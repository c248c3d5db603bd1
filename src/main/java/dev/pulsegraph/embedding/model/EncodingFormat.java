package dev.pulsegraph.embedding.model;

/** How an endpoint is asked to write vectors; BASE64 takes a third of the bytes, and not every endpoint knows it. */
public enum EncodingFormat {
    FLOAT,
    BASE64
}
