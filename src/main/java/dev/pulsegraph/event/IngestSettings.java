package dev.pulsegraph.event;

import dev.pulsegraph.problem.Limit;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Events over HTTP.
 *
 * @param queueBytes bytes of event requests in flight, from the first byte to the commit; at most 1/32 of the heap,
 *     since parsed JSON takes seven times as much
 * @param batchEvents how many events are written in one transaction
 * @param batchLinger how long the first event of a batch waits for others
 * @param commitTimeout time an event request waits for its commit
 */
@ConfigurationProperties("pulsegraph.ingest")
public record IngestSettings(
        @Limit @Bindable(defaultValue = "33554432") long queueBytes,
        @Bindable(defaultValue = "5000") int batchEvents,
        @Bindable(defaultValue = "5ms") Duration batchLinger,
        @Limit @Bindable(defaultValue = "8s") Duration commitTimeout) {

    /** Of a body, once unpacked. */
    @Limit(value = "size of an event request after decompression", unit = "bytes")
    static final int MAX_BODY = 500 * 1024;

    private static final int SHARE_OF_HEAP = 32;

    public IngestSettings {
        if (queueBytes < MAX_BODY) {
            throw new IllegalArgumentException("pulsegraph.ingest.queue-bytes: " + queueBytes
                    + " is less than a request may have, " + MAX_BODY + ".");
        }
        if (batchEvents < 1 || batchLinger.isNegative() || !commitTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "pulsegraph.ingest: batch-events and commit-timeout must be more than nothing, batch-linger at least nothing.");
        }
        queueBytes =
                Math.min(queueBytes, Math.max(MAX_BODY, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
    }
}
