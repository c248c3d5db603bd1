package dev.pulsegraph.database;

import static java.util.stream.Collectors.toMap;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** How many rows an organization has in a list. */
@MappedEntity
public record OwnerCount(@Id UUID organizationId, long counted) {

    public static Map<UUID, Long> byOwner(List<OwnerCount> counts) {
        return counts.stream().collect(toMap(OwnerCount::organizationId, OwnerCount::counted));
    }
}
