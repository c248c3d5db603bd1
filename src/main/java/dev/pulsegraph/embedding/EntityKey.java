package dev.pulsegraph.embedding;

import dev.pulsegraph.metric.EntityType;
import java.util.UUID;

/** An entity within an organization. */
record EntityKey(EntityType type, UUID id) {}
