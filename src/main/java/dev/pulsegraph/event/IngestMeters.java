package dev.pulsegraph.event;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** What operators see of the way in for events. */
@Singleton
class IngestMeters {
    private final MeterRegistry meters;
    private final DistributionSummary batches;
    private final Timer commits;

    IngestMeters(MeterRegistry meters) {
        this.meters = meters;
        this.batches = DistributionSummary.builder("pulsegraph.ingest.batch.events")
                .description("Events a batch")
                .register(meters);
        this.commits = Timer.builder("pulsegraph.ingest.commit")
                .description("From when a batch is taken until it is committed")
                .register(meters);
    }

    void watch(LongSupplier bytes, IntSupplier requests, IntSupplier open) {
        Gauge.builder("pulsegraph.ingest.queue.bytes", bytes::getAsLong)
                .description("Bytes of events that are not committed yet")
                .register(meters);
        Gauge.builder("pulsegraph.ingest.queue.requests", requests::getAsInt)
                .description("Requests that wait for the next batch")
                .register(meters);
        Gauge.builder("pulsegraph.ingest.open.requests", open::getAsInt)
                .description("Requests that were taken in and are not answered yet; a stop waits for them")
                .register(meters);
    }

    void recordCommit(int events, Duration took) {
        batches.record(events);
        commits.record(took);
    }

    void count(EventReceipt receipt) {
        meters.counter(
                        "pulsegraph.ingest.events",
                        "status",
                        receipt.status().name().toLowerCase(Locale.ROOT),
                        "code",
                        receipt.code() == null ? "" : receipt.code())
                .increment();
    }

    void countRefusal(int status) {
        meters.counter("pulsegraph.ingest.refusals", "status", Integer.toString(status))
                .increment();
    }
}
