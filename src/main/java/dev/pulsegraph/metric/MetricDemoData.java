package dev.pulsegraph.metric;

import dev.pulsegraph.demo.DemoData;
import dev.pulsegraph.demo.DemoRows;
import dev.pulsegraph.request.Json;
import jakarta.inject.Singleton;

/** What became of the posts, and followers of 90 days. */
@Singleton
class MetricDemoData implements DemoData {
    private final MetricDemoRepository repository;
    private final Json json;

    MetricDemoData(MetricDemoRepository repository, Json json) {
        this.repository = repository;
        this.json = json;
    }

    @Override
    public int getOrder() {
        return 30;
    }

    @Override
    public void create(DemoRows rows) {
        String counters = json.text(rows.counters());
        String followers = json.text(rows.followers());
        repository.createMonths(counters, followers);
        repository.createSamples(counters, followers);
    }
}
