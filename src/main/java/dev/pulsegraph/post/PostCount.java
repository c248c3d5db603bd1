package dev.pulsegraph.post;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

@MappedEntity
record PostCount(@Id UUID organizationId, long posts) {}
