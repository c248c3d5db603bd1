package dev.pulsegraph.metric;

import dev.pulsegraph.bulk.BulkResult;
import dev.pulsegraph.bulk.BulkTarget;
import dev.pulsegraph.request.Unreadable;
import dev.pulsegraph.security.Caller;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Samples in bulk: {@code POST /v1/metrics}. */
@Singleton
class MetricTarget implements BulkTarget<MetricSample> {
    private final SampleReader reader;
    private final MetricService service;

    MetricTarget(SampleReader reader, MetricService service) {
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
    public MetricSample parse(Map<String, @Nullable Object> line) throws Unreadable {
        return reader.read(0, line);
    }

    @Override
    public BulkResult write(Caller caller, UUID organization, List<MetricSample> samples) {
        List<MetricSample> numbered = new ArrayList<>(samples.size());
        for (MetricSample sample : samples) {
            numbered.add(sample.at(numbered.size()));
        }
        RecordMetricsPayload payload = service.record(organization, numbered, List.of());
        return new BulkResult(payload.written(), payload.unchanged(), payload.rejected());
    }
}
