package dev.pulsegraph.event;

import dev.pulsegraph.request.Json;
import dev.pulsegraph.request.JsonSize;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps what was rejected for a week, for whoever looks for a mistake in a client. Of many at once, some are enough. */
@Singleton
class RejectedEvents {
    private static final int MAX_AT_ONCE = 100;

    private final RejectedEventRepository repository;
    private final Json json;

    RejectedEvents(RejectedEventRepository repository, Json json) {
        this.repository = repository;
        this.json = json;
    }

    /** In the running transaction, as the worker. */
    void add(List<Entry> entries) {
        Map<UUID, Integer> counts = new HashMap<>();
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (Entry entry : entries) {
            if (counts.merge(entry.event.organization(), 1, Integer::sum) <= MAX_AT_ONCE) {
                rows.add(row(entry));
            }
        }
        if (!rows.isEmpty()) {
            repository.insert(json.text(rows));
        }
    }

    private static Map<String, @Nullable Object> row(Entry entry) {
        ReceivedEvent event = entry.event.event();
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("organization_id", entry.event.organization().toString());
        row.put("received_at", event.receivedAt().toString());
        row.put("message_id", entry.receipt.messageId());
        row.put("code", entry.receipt.code());
        row.put("reason", JsonFields.describe(entry.receipt.reason(), 1000));
        JsonSize measure = JsonSize.of(event.body());
        row.put("body", measure.isStorable() && measure.bytes() <= EventLimits.MAX_EVENT ? event.body() : null);
        return row;
    }

    record Entry(OrganizationEvent event, EventReceipt receipt) {}
}
