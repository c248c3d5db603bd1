package dev.pulsegraph.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job and how it fares.
 *
 * @param requested whether it was asked for and has not begun yet
 * @param runs newest first
 */
public record JobState(Job job, boolean requested, List<JobRun> runs) {

    public @Nullable JobRun lastRun() {
        return runs.isEmpty() ? null : runs.getFirst();
    }

    public boolean running() {
        return runs.stream().anyMatch(run -> run.status() == JobRunStatus.RUNNING);
    }
}
