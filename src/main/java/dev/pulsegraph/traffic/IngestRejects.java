package dev.pulsegraph.traffic;

import dev.pulsegraph.ingest.EventOutcome;
import dev.pulsegraph.ingest.OwnedEvent;
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
class IngestRejects {
    private static final int MOST_AT_ONCE = 100;

    private final IngestRejectRepository repository;
    private final Json json;

    IngestRejects(IngestRejectRepository repository, Json json) {
        this.repository = repository;
        this.json = json;
    }

    /** In the running transaction, as the worker. */
    void keep(List<Reject> rejects) {
        Map<UUID, Integer> kept = new HashMap<>();
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (Reject reject : rejects) {
            if (kept.merge(reject.event.organization(), 1, Integer::sum) <= MOST_AT_ONCE) {
                rows.add(row(reject));
            }
        }
        if (!rows.isEmpty()) {
            repository.insert(json.text(rows));
        }
    }

    private static Map<String, @Nullable Object> row(Reject reject) {
        SentEvent event = reject.event.event();
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("organization_id", reject.event.organization().toString());
        row.put("received_at", event.receivedAt().toString());
        row.put("message_id", reject.outcome.messageId());
        row.put("code", reject.outcome.code());
        row.put("reason", SentFields.described(reject.outcome.reason(), 1000));
        JsonSize measure = JsonSize.of(event.body());
        row.put("body", measure.isStorable() && measure.bytes() <= EventLimits.MAX_EVENT ? event.body() : null);
        return row;
    }

    record Reject(OwnedEvent<SentEvent> event, EventOutcome outcome) {}
}
