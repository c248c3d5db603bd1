package dev.pulsegraph.traffic;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/**
 * A day of an organization's traffic, as its rollup has it.
 *
 * @param visitors a sketch; empty before the first visitor
 */
@MappedEntity
@SuppressWarnings("ArrayRecordComponent")
record CurrentDay(
        @Id UUID organizationId,
        int totalSessions,
        int totalPageViews,
        int totalClicks,
        int bounces,
        long sessionSeconds,
        byte[] visitors) {}
