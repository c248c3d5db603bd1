package dev.pulsegraph.maintenance;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps rollups in order, of all features. */
@Factory
class RollupJobs {
    private static final Logger LOG = LoggerFactory.getLogger(RollupJobs.class);
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final int SAMPLE = 20;

    @Singleton
    Job zones(Collection<LocalDayRollup> rollups, ZoneRepository zones, OperationTransaction transaction) {
        return new Job(
                "rollups.zones",
                "Rebuilds the days of organizations that moved to another time zone.",
                Duration.ofMinutes(1),
                () -> each(rollups, rollup -> {
                    List<UUID> outdated = transaction.asWorker(TIMEOUT, () -> zones.listOutdated(rollup.name()));
                    long rebuilt = outdated.stream()
                            .filter(organization -> transaction.asWorker(TIMEOUT, () -> rollup.rebuild(organization)))
                            .count();
                    return "Rebuilt the days of " + rollup.name() + " of " + rebuilt + " organizations.";
                }));
    }

    @Singleton
    Job audit(Collection<AuditedRollup> rollups, MeterRegistry meters) {
        rollups.forEach(rollup -> drift(rollup, meters));
        return new Job(
                "rollups.audit",
                "Recounts random parts of rollups from what they are made of, and sets right what differs.",
                Duration.ofHours(1),
                () -> each(rollups, rollup -> {
                    List<String> differences = rollup.audit(SAMPLE);
                    drift(rollup, meters).increment(differences.size());
                    differences.forEach(difference ->
                            LOG.error("A rollup differed from a recount and was corrected: {}", difference));
                    return "Audited " + rollup.name() + ": "
                            + (differences.isEmpty()
                                    ? "nothing differed."
                                    : differences.size() + " differed and were corrected, first: "
                                            + differences.getFirst() + ".");
                }));
    }

    private static Counter drift(AuditedRollup rollup, MeterRegistry meters) {
        return Counter.builder("pulsegraph.rollup.drift")
                .description("Rollup rows that differed from a recount and were corrected")
                .tag("rollup", rollup.name())
                .register(meters);
    }

    /** One that fails does not keep the others from their turn; the job fails then. */
    private static <R> String each(Collection<R> rollups, Function<R, String> step) {
        StringBuilder summary = new StringBuilder();
        @Nullable RuntimeException failure = null;
        for (R rollup : rollups) {
            try {
                summary.append(summary.isEmpty() ? "" : " ").append(step.apply(rollup));
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        return summary.toString();
    }
}
