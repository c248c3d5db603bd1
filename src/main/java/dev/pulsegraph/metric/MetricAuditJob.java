package dev.pulsegraph.metric;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.job.Job;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Recounts days of random series from their samples, and sets rollups right that differ. */
@Singleton
class MetricAuditJob implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(MetricAuditJob.class);
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final int SAMPLED = 20;

    private final MetricUpkeepRepository upkeep;
    private final OperationTransaction transaction;
    private final Counter drift;

    MetricAuditJob(MetricUpkeepRepository upkeep, OperationTransaction transaction, MeterRegistry meters) {
        this.upkeep = upkeep;
        this.transaction = transaction;
        this.drift = Counter.builder("pulsegraph.metrics.drift")
                .description("Figures that differed from a recount of samples, and were set right")
                .register(meters);
    }

    @Override
    public String name() {
        return "metrics.audit";
    }

    @Override
    public String description() {
        return "Recounts days of random series from their samples, and sets rollups right that differ.";
    }

    @Override
    public Duration interval() {
        return Duration.ofHours(1);
    }

    @Override
    public String run() {
        List<String> found = transaction.asWorker(TIMEOUT, () -> upkeep.audit(SAMPLED));
        drift.increment(found.size());
        found.forEach(one -> LOG.error("A rollup differed from its samples and was set right: {}", one));
        return "Recounted " + SAMPLED + " series; " + found.size() + " figures differed"
                + (found.isEmpty() ? "." : " and were set right, first: " + found.getFirst() + ".");
    }
}
