package dev.pulsegraph.traffic;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The visitors that one row of a rollup counts.
 *
 * @param level which rollup: quarter_hour, or of days that of {@code traffic_days}
 * @param bucket of a quarter of an hour; null for a day
 * @param date the local day, of a quarter too
 * @param userCode empty where the rollup has none
 * @param visitors a sketch as Apache DataSketches writes it; empty before the first visitor
 */
@MappedEntity
@SuppressWarnings("ArrayRecordComponent")
record VisitorSketch(
        @Id String level,
        UUID organizationId,
        @Nullable Instant bucket,
        LocalDate date,
        String userCode,
        String shareCode,
        String contactId,
        byte[] visitors) {}
