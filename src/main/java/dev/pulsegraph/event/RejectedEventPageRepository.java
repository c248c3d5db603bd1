package dev.pulsegraph.event;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.TimePlace;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Row security shows rejected events to administrators alone. */
interface RejectedEventPageRepository {
    String COLUMNS = "r.id, r.organization_id, r.received_at, r.message_id, r.code, r.reason, r.body";
    String PAGES = "select " + COLUMNS + """
             from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (
              select
            """ + COLUMNS + """
               from rejected_events r
              where r.organization_id = o.id
            """;
    String UP = TimePlace.up("r", "received_at");
    String DOWN = TimePlace.down("r", "received_at");

    /** Those of each organization from a place on, oldest or newest first. */
    static Read<List<RejectedEvent>> page(boolean up, Map<String, ?> place) {
        return Read.list(up ? PAGES + UP : PAGES + DOWN, RejectedEvent.class, place);
    }

    static Read<Map<UUID, Long>> count(Collection<UUID> organizations) {
        return Read.counts("""
                        select o.id, (select count(*) from rejected_events r where r.organization_id = o.id)
                        from unnest(cast(:organizations as uuid[])) o(id)
                        """, Map.of("organizations", organizations));
    }
}
