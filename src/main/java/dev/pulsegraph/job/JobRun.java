package dev.pulsegraph.job;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job.
 *
 * @param message what was done, or why it failed; null while it runs
 */
@MappedEntity("job_runs")
public record JobRun(
        @Id UUID id,
        String job,
        String node,
        Instant startedAt,
        @Nullable Instant finishedAt,
        JobRunStatus status,
        @Nullable String message) {}
