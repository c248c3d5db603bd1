package dev.pulsegraph.series;

import dev.pulsegraph.entity.EntityType;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a statement has read of one group of a measure in one bucket.
 *
 * @param rank of the group, 1 for the first; one more than there may be groups for all others together
 * @param comparison whether it is of the period compared with
 * @param group what else the group is called
 * @param slot which bucket, counted as {@code Buckets.slots} does; null for the whole period
 */
public record SeriesRow(
        String measure,
        int rank,
        boolean comparison,
        @Nullable Integer slot,
        @Nullable String platform,
        @Nullable EntityType entityType,
        @Nullable UUID entityId,
        @Nullable String group,
        @Nullable Double value,
        int samples) {

    /** Of a measure whose groups are platforms and entities, or that has none. */
    public SeriesRow(
            String measure,
            int rank,
            boolean comparison,
            @Nullable Integer slot,
            @Nullable String platform,
            @Nullable EntityType entityType,
            @Nullable UUID entityId,
            @Nullable Double value,
            int samples) {
        this(measure, rank, comparison, slot, platform, entityType, entityId, null, value, samples);
    }
}
