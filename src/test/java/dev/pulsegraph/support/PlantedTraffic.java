package dev.pulsegraph.support;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.jspecify.annotations.Nullable;

/** Visits of an organization, put past the API into sessions and the tables of days. */
public final class PlantedTraffic {
    private final String organization;
    private final ZoneId zone;
    private final List<Visit> visits = new ArrayList<>();

    /** The zone is that of the organization. */
    public PlantedTraffic(String organization, String zone) {
        this.organization = Worlds.uuid(organization);
        this.zone = ZoneId.of(zone);
    }

    public PlantedTraffic add(Visit... more) {
        visits.addAll(List.of(more));
        return this;
    }

    public List<Visit> visits() {
        return visits;
    }

    public LocalDate dateOf(Visit visit) {
        return LocalDate.ofInstant(visit.at, zone);
    }

    /** Writes all of them at once; no row of their days may be there yet. */
    public void store() {
        Worlds.executeAsSuperuser("begin; " + sessions() + days("analytics_daily_stats", "", visit -> "")
                + days("analytics_daily_user_stats", "user_code", visit -> quoted(visit.userCode))
                + days(
                        "analytics_daily_group_stats",
                        "user_code, share_code",
                        visit -> quoted(visit.userCode) + ", " + quoted(visit.shareCode))
                + contacts() + clicks() + pages() + quarters() + "commit");
    }

    private String sessions() {
        StringBuilder sql = new StringBuilder("select app.make_partitions('analytics_sessions', '{")
                .append(visits.stream()
                        .map(visit -> visit.at.toString().substring(0, 8) + "01")
                        .distinct()
                        .collect(Collectors.joining(",")))
                .append("}'); ");
        for (Visit visit : visits) {
            sql.append(
                            "insert into analytics_sessions (organization_id, session_key, session_id, visitor, user_code, share_code,"
                                    + " contact_id, first_seen, last_seen, page_views, clicks, first_message_key, ip_address, user_agent, referrer) values (")
                    .append(String.join(
                            ", ",
                            quoted(organization),
                            quoted(UUID.randomUUID().toString()),
                            visit.sessionId == null ? "null" : quoted(visit.sessionId),
                            quoted(visit.visitor),
                            quoted(visit.userCode),
                            quoted(visit.shareCode),
                            quoted(visit.contactId),
                            quoted(visit.at.toString()),
                            quoted(visit.at.plusSeconds(visit.seconds).toString()),
                            String.valueOf(visit.views),
                            String.valueOf(visit.clicks()),
                            quoted(UUID.randomUUID().toString()),
                            "'192.0.2.0'",
                            "'Mozilla/5.0 (Test)'",
                            "'https://social.example/'"))
                    .append("); ");
        }
        return sql.toString();
    }

    private String days(String table, String codes, java.util.function.Function<Visit, String> values) {
        StringBuilder sql = new StringBuilder();
        grouped(visit -> quoted(dateOf(visit).toString()) + (codes.isEmpty() ? "" : ", " + values.apply(visit)))
                .forEach((key, group) -> sql.append("insert into ")
                        .append(table)
                        .append(" (organization_id, date, ")
                        .append(codes)
                        .append(codes.isEmpty() ? "" : ", ")
                        .append(
                                "total_sessions, total_page_views, total_clicks, bounces, session_seconds, visitors) values (")
                        .append(String.join(", ", quoted(organization), key, measures(group)))
                        .append("); "));
        return sql.toString();
    }

    private String contacts() {
        StringBuilder sql = new StringBuilder();
        grouped(visit -> String.join(
                        ", ",
                        quoted(dateOf(visit).toString()),
                        quoted(visit.userCode),
                        quoted(visit.shareCode),
                        quoted(visit.contactId)))
                .forEach((key, group) -> {
                    if (!group.getFirst().contactId.isEmpty()) {
                        sql.append(
                                        "insert into analytics_daily_contact_stats (organization_id, date, user_code, share_code, contact_id,"
                                                + " total_sessions, total_page_views, total_clicks, bounces, session_seconds, visitors,"
                                                + " first_visit, last_visit) values (")
                                .append(String.join(
                                        ", ",
                                        quoted(organization),
                                        key,
                                        measures(group),
                                        quoted(group.stream()
                                                .map(visit -> visit.at)
                                                .min(Instant::compareTo)
                                                .orElseThrow()
                                                .toString()),
                                        quoted(group.stream()
                                                .map(visit -> visit.at.plusSeconds(visit.seconds))
                                                .max(Instant::compareTo)
                                                .orElseThrow()
                                                .toString())))
                                .append("); ");
                    }
                });
        return sql.toString();
    }

    private String quarters() {
        StringBuilder sql = new StringBuilder();
        grouped(PlantedTraffic::quarter)
                .forEach((key, group) -> sql.append(
                                "insert into traffic_quarter_hours (organization_id, bucket, user_code,"
                                        + " share_code, contact_id, sessions, page_views, clicks, bounces, seconds, visitors) values (")
                        .append(String.join(", ", quoted(organization), key, measures(group)))
                        .append("); "));
        Map<String, Integer> clicks = new LinkedHashMap<>();
        Map<String, Integer> pages = new LinkedHashMap<>();
        for (Visit visit : visits) {
            visit.targets.forEach((target, category) ->
                    clicks.merge(String.join(", ", quarter(visit), quoted(category), quoted(target)), 1, Integer::sum));
            pages.merge(String.join(", ", quarter(visit), quoted(visit.pageType)), visit.views, Integer::sum);
        }
        return sql
                + rows(
                        "traffic_quarter_hour_clicks (organization_id, bucket, user_code, share_code, contact_id, click_category, click_target, clicks)",
                        clicks)
                + rows(
                        "traffic_quarter_hour_pages (organization_id, bucket, user_code, share_code, contact_id, page_type, page_views)",
                        pages);
    }

    private static String quarter(Visit visit) {
        long seconds = visit.at.getEpochSecond();
        return String.join(
                ", ",
                quoted(Instant.ofEpochSecond(seconds - seconds % 900).toString()),
                quoted(visit.userCode),
                quoted(visit.shareCode),
                quoted(visit.contactId));
    }

    private String clicks() {
        Map<String, Integer> clicks = new LinkedHashMap<>();
        visits.forEach(visit -> visit.targets.forEach((target, category) -> clicks.merge(
                String.join(
                        ", ",
                        quoted(dateOf(visit).toString()),
                        quoted(visit.userCode),
                        quoted(visit.shareCode),
                        quoted(category),
                        quoted(target)),
                1,
                Integer::sum)));
        return rows(
                "analytics_daily_click_targets (organization_id, date, user_code, share_code, click_category, click_target, click_count)",
                clicks);
    }

    private String pages() {
        Map<String, Integer> pages = new LinkedHashMap<>();
        visits.forEach(visit -> pages.merge(
                String.join(
                        ", ",
                        quoted(dateOf(visit).toString()),
                        quoted(visit.userCode),
                        quoted(visit.shareCode),
                        quoted(visit.pageType)),
                visit.views,
                Integer::sum));
        return rows(
                "analytics_daily_page_stats (organization_id, date, user_code, share_code, page_type, view_count)",
                pages);
    }

    private String rows(String into, Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .map(row -> "insert into " + into + " values ("
                        + String.join(
                                ", ",
                                quoted(organization),
                                row.getKey(),
                                row.getValue().toString())
                        + "); ")
                .collect(Collectors.joining());
    }

    private Map<String, List<Visit>> grouped(java.util.function.Function<Visit, String> key) {
        return visits.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    }

    private static String measures(List<Visit> group) {
        var sketch = new HllSketch(12, TgtHllType.HLL_4);
        group.forEach(visit -> sketch.update(visit.visitor));
        return String.join(
                ", ",
                String.valueOf(group.size()),
                String.valueOf(group.stream().mapToInt(visit -> visit.views).sum()),
                String.valueOf(group.stream().mapToInt(Visit::clicks).sum()),
                String.valueOf(group.stream().filter(Visit::bounced).count()),
                String.valueOf(group.stream().mapToLong(visit -> visit.seconds).sum()),
                "'\\x" + HexFormat.of().formatHex(sketch.toCompactByteArray()) + "'");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /**
     * A visit.
     *
     * @param targets what was clicked once, with its category as it is stored
     */
    public record Visit(
            Instant at,
            String visitor,
            String userCode,
            String shareCode,
            String contactId,
            @Nullable String sessionId,
            String pageType,
            int views,
            Map<String, String> targets,
            long seconds) {

        /** One view. */
        public static Visit of(String at, String visitor) {
            return new Visit(Instant.parse(at), visitor, "", "", "", null, "home", 1, Map.of(), 0);
        }

        public Visit codes(String newUserCode, String newShareCode, String newContactId) {
            return new Visit(
                    at, visitor, newUserCode, newShareCode, newContactId, sessionId, pageType, views, targets, seconds);
        }

        public Visit views(String ofType, int count) {
            return new Visit(at, visitor, userCode, shareCode, contactId, sessionId, ofType, count, targets, seconds);
        }

        public Visit clicks(Map<String, String> clicked) {
            return new Visit(at, visitor, userCode, shareCode, contactId, sessionId, pageType, views, clicked, seconds);
        }

        public Visit lasting(long longer) {
            return new Visit(at, visitor, userCode, shareCode, contactId, sessionId, pageType, views, targets, longer);
        }

        public Visit session(String id) {
            return new Visit(at, visitor, userCode, shareCode, contactId, id, pageType, views, targets, seconds);
        }

        public int clicks() {
            return targets.size();
        }

        public boolean bounced() {
            return views == 1 && targets.isEmpty();
        }
    }
}
