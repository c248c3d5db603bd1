package dev.pulsegraph.database;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/**
 * An API key that was valid when it was looked up.
 *
 * @param mayIngest whether it may send events
 */
@MappedEntity
public record KnownKey(@Id String sha256, UUID id, UUID organizationId, boolean mayIngest) {}
