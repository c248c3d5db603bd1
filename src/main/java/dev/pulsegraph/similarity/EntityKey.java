package dev.pulsegraph.similarity;

import dev.pulsegraph.entity.EntityType;
import java.util.UUID;

/** An entity within an organization. */
record EntityKey(EntityType type, UUID id) {}
