package dev.pulsegraph.metric;

import dev.pulsegraph.batch.Batch;
import dev.pulsegraph.batch.BatchResult;
import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.bulk.BulkSink;
import dev.pulsegraph.security.Caller;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Samples in bulk: {@code POST /v1/metrics}. */
@Singleton
class MetricSink implements BulkSink<MetricSample> {
    private final SampleReader reader;
    private final MetricService service;

    MetricSink(SampleReader reader, MetricService service) {
        this.reader = reader;
        this.service = service;
    }

    @Override
    public String name() {
        return "metrics";
    }

    @Override
    public List<String> columns() {
        return SampleReader.FIELDS;
    }

    @Override
    public MetricSample parse(Map<String, @Nullable Object> line) throws InvalidItem {
        return reader.read(line);
    }

    @Override
    public BatchResult write(Caller caller, UUID organization, List<MetricSample> samples) {
        return service.record(organization, Batch.of(samples));
    }
}
