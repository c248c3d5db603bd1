package dev.pulsegraph.product;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.event.EventId;
import dev.pulsegraph.paging.TimePlace;
import dev.pulsegraph.time.TimeRange;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Pages of events from a place on. The unfiltered ones are apart, since they need not look at properties. */
interface EventPageRepository {
    /** Where no event is. */
    Instant NEVER = Instant.EPOCH;

    String SOURCE = "coalesce(e.context ->> 'source', e.context #>> '{library,name}')";
    String COLUMNS = "e.id, e.organization_id, e.type, e.name, " + SOURCE + """
             as source, e.at, e.received_at, e.visitor, e.user_id, e.session_key,
              nullif(e.user_code, '') as user_code, nullif(e.share_code, '') as share_code, nullif(e.contact_id, '') as contact_id,
              e.page_type, e.path, e.click_target, e.properties, e.context
            """;
    String IN_RANGE = """
             from product_events e
              where e.organization_id = o.id and e.at >= cast(:from as timestamptz) and e.at < cast(:to as timestamptz)
            """;
    String PAGES = "select e.* from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (select " + COLUMNS
            + IN_RANGE;
    String UP = TimePlace.up("e", "at");
    String DOWN = TimePlace.down("e", "at");
    String COUNT =
            "select o.id, (select count(*) " + IN_RANGE + "%s) from unnest(cast(:organizations as uuid[])) o(id)";
    String BY_IDS =
            "select e.* from unnest(cast(:ids as uuid[]), cast(:times as timestamptz[])) k(id, at) cross join lateral (select "
                    + COLUMNS + " from product_events e where e.at = k.at and e.id = k.id offset 0) e";

    /** The time is in the id, so that each is one lookup in each table. */
    static Read<List<Event>> byIds(Collection<UUID> ids) {
        List<UUID> all = List.copyOf(ids);
        List<String> times = all.stream()
                .map(id -> Objects.requireNonNullElse(EventId.time(id), NEVER).toString())
                .toList();
        return Read.list(BY_IDS, Event.class, Map.of("ids", all, "times", times));
    }

    /** Events of each organization in a range that pass a filter, oldest or newest first. */
    static Read<List<Event>> page(boolean up, Map<String, ?> place, TimeRange range, EventFilter filter) {
        if (filter.equals(EventFilter.NONE)) {
            return Read.list(up ? PAGES + UP : PAGES + DOWN, Event.class, values(place, range, Map.of()));
        }
        return Read.list(PAGES + filter.sql() + (up ? UP : DOWN), Event.class, values(place, range, filter.values()));
    }

    /** How many events of each organization in a range pass a filter. */
    static Read<Map<UUID, Long>> count(Collection<UUID> organizations, TimeRange range, EventFilter filter) {
        return Read.counts(
                COUNT.formatted(filter.sql()), values(Map.of("organizations", organizations), range, filter.values()));
    }

    private static Map<String, @Nullable Object> values(
            Map<String, ?> place, TimeRange range, Map<String, @Nullable Object> filter) {
        Map<String, @Nullable Object> values = new HashMap<>(filter);
        values.putAll(place);
        values.put("from", range.from().toString());
        values.put("to", range.to().toString());
        return values;
    }
}
