package dev.pulsegraph.entity;

import dev.pulsegraph.graphql.Call;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Finds entities of one type that a later feature knows. */
public interface EntityLoader {
    EntityType type();

    /** The entity; null for one the caller may not see. */
    CompletableFuture<?> entity(Call call, UUID id);
}
