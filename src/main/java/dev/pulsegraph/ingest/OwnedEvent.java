package dev.pulsegraph.ingest;

import java.util.UUID;

/** An event and whose it is, which the key has said. */
public record OwnedEvent<E>(UUID organization, E event) {}
