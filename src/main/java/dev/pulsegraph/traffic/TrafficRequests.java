package dev.pulsegraph.traffic;

import dev.pulsegraph.traffic.DailyStatsLoader.Request;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is asked of days of traffic, as one JSON value that statements read as a table. */
final class TrafficRequests {
    /**
     * A row for each request, 1 for the first. What is not given is null. {@code days} are those of the range, where a user
     * code is given; {@code since} and {@code until} are their instants, where a zone is.
     */
    static final String REQUESTS = """
            with requests as materialized (
              select req.request, req.organization_id, req.from_date, req.to_date, req.since, req.until, req.user_code,
                req.share_code, req.contact_id, req.visitors, req.first, req.category,
                case when req.user_code is not null then
                  array(select req.from_date + i from generate_series(0, req.to_date - req.from_date) i) end as days
              from jsonb_to_recordset(cast(:requests as jsonb)) req(
                request int, organization_id uuid, from_date date, to_date date, since timestamptz, until timestamptz,
                user_code text, share_code text, contact_id text, visitors boolean, first int, category text)
            )
            """;

    private TrafficRequests() {}

    static List<Map<String, @Nullable Object>> rows(List<Request> requests) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (Request request : requests) {
            TrafficScope filter = request.filter();
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("request", rows.size() + 1);
            row.put("organization_id", filter.organizationId().toString());
            row.put("from_date", filter.range().from().toString());
            row.put("to_date", filter.range().to().toString());
            row.put("since", midnight(filter, filter.range().from()));
            row.put("until", midnight(filter, filter.range().to().plusDays(1)));
            row.put("user_code", filter.userCode());
            row.put("share_code", filter.shareCode());
            row.put("contact_id", filter.contactId());
            row.put("visitors", filter.visitors());
            row.put("first", request.first());
            row.put(
                    "category",
                    request.category() == null ? null : request.category().stored());
            rows.add(row);
        }
        return rows;
    }

    private static @Nullable String midnight(TrafficScope filter, LocalDate day) {
        return filter.timeZone() == null
                ? null
                : day.atStartOfDay(ZoneId.of(filter.timeZone())).toInstant().toString();
    }
}
