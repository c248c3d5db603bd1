package dev.pulsegraph.bulk;

import dev.pulsegraph.batch.BatchResult;
import dev.pulsegraph.batch.Rejection;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Caller;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keeps values in memory: {@code POST /v1/test-values}. */
@Singleton
@Requires(property = "test.bulk")
public class ValuesTarget implements BulkSink<ValuesTarget.Value> {
    public record Value(String key, String text) {}

    private final CountDownLatch nextRead = new CountDownLatch(1);
    private final Map<UUID, Map<String, String>> stored = new ConcurrentHashMap<>();

    public Map<String, String> of(UUID organization) {
        return stored.getOrDefault(organization, Map.of());
    }

    @Override
    public String name() {
        return "test-values";
    }

    @Override
    public List<String> columns() {
        return List.of("key", "value");
    }

    @Override
    public Value parse(Map<String, @Nullable Object> line) {
        if (line.get("key") == null) {
            throw Problem.badInput("key", "is missing.");
        }
        if (line.get("key").equals("next")) {
            nextRead.countDown();
        }
        return new Value(String.valueOf(line.get("key")), String.valueOf(line.get("value")));
    }

    @Override
    public BatchResult write(Caller caller, UUID organization, List<Value> items) {
        var values = stored.computeIfAbsent(organization, id -> new ConcurrentHashMap<>());
        List<Rejection> rejected = new ArrayList<>();
        int unchanged = 0;
        for (int i = 0; i < items.size(); i++) {
            Value item = items.get(i);
            if (item.key().equals("refused")) {
                rejected.add(new Rejection(i, "BAD_KEY", "key: refused."));
            } else if (item.key().equals("waits for the next") && !isNextRead()) {
                rejected.add(new Rejection(i, "NOT_READ", "The next chunk was not read meanwhile."));
            } else if (item.text().equals(values.put(item.key(), item.text()))) {
                unchanged++;
            }
        }
        return new BatchResult(items.size() - unchanged - rejected.size(), unchanged, rejected);
    }

    private boolean isNextRead() {
        try {
            return nextRead.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
