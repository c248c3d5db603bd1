package dev.pulsegraph.organization;

public enum ApiKeyScope {
    READ,
    INGEST,
    WRITE
}
