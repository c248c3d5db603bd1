package dev.pulsegraph.traffic.oracle;

import static java.util.Objects.requireNonNull;

import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.oracle.Line;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.datasketches.hll.HllSketch;

/** Every row that every table does hold. */
public final class Stored {
    private static final Pattern SKETCH = Pattern.compile("sketch:([0-9a-f]*)");
    private static final String MEASURES =
            "total_sessions, total_page_views, total_clicks, bounces, session_seconds, 'sketch:' || encode(visitors, 'hex')";
    private static final String LINES =
            Line.query("""
            with chosen as (select unnest(?::uuid[]) as organization_id),
            events as (
              select organization_id, session_key, viewed_at as at from analytics_page_views join chosen using (organization_id)
              union all
              select organization_id, session_key, clicked_at from analytics_clicks join chosen using (organization_id)
            )
            select concat_ws('|', organization_id, 'view', page_type, coalesce(name, ''), right(replace(id::text, '-', ''), 15), visitor, codes, micros(viewed_at))
            from analytics_page_views join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'click', click_target, click_category, coalesce(name, ''), right(replace(id::text, '-', ''), 15), visitor, codes,
              micros(clicked_at))
            from analytics_clicks join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'event', type, is_bot::text, coalesce(name, ''), right(replace(id::text, '-', ''), 15), visitor, codes, micros(occurred_at))
            from analytics_events join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'named', type, name, micros(bucket), events) from event_quarter_hours join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'name', type, name, micros(first_seen), micros(last_seen)) from event_names join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'message', replace(message_key::text, '-', '')) from ingested_messages join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'session', coalesce(session_id, ''), visitor, codes, coalesce(user_agent, ''), coalesce(referrer, ''),
              micros(first_seen), micros(last_seen), page_views, clicks, replace(first_message_key::text, '-', ''))
            from analytics_sessions join chosen using (organization_id)
            union all
            select concat_ws('|', d.organization_id, 'an event of ' || count(distinct s.id) || ' sessions', d.at)
            from events d left join (select s.* from analytics_sessions s join chosen using (organization_id)) s
              on s.session_key = d.session_key and d.at between s.first_seen and s.last_seen
            group by d.organization_id, d.session_key, d.at having count(distinct s.id) <> 1
            union all
            select concat_ws('|', organization_id, 'quarter', micros(bucket), codes, sessions, page_views, clicks, bounces, seconds,
              'sketch:' || encode(visitors, 'hex'))
            from traffic_quarter_hours join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'quarter click', micros(bucket), codes, click_category, click_target, clicks)
            from traffic_quarter_hour_clicks join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'quarter page', micros(bucket), codes, page_type, page_views)
            from traffic_quarter_hour_pages join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'day', date, measures) from analytics_daily_stats join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'user', date, user_code, measures) from analytics_daily_user_stats join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'group', date, user_code, share_code, measures)
            from analytics_daily_group_stats join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'contact', date, codes, measures, micros(first_visit), micros(last_visit))
            from analytics_daily_contact_stats join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'day click', date, user_code, share_code, click_category, click_target, click_count)
            from analytics_daily_click_targets join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'day page', date, user_code, share_code, page_type, view_count)
            from analytics_daily_page_stats join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'total click', date, click_category, click_target, clicks)
            from traffic_daily_targets join chosen using (organization_id)
            union all
            select concat_ws('|', organization_id, 'total page', date, page_type, page_views)
            from traffic_daily_pages join chosen using (organization_id)""".replace("codes", "user_code, share_code, contact_id").replace("measures", MEASURES));

    private Stored() {}

    /** Whom views and clicks are counted as, by the ends of their ids, where it is not their visitor. */
    public static Map<String, String> countedVisitors(Superuser superuser) {
        Map<String, String> counted = new HashMap<>();
        for (String line : superuser.texts("""
                select right(replace(id::text, '-', ''), 15) || counted_visitor from analytics_page_views where counted_visitor is not null
                union all
                select right(replace(id::text, '-', ''), 15) || counted_visitor from analytics_clicks where counted_visitor is not null""")) {
            counted.put(requireNonNull(line).substring(0, 15), line.substring(15));
        }
        return counted;
    }

    /** Of organizations, in one snapshot; comparable with {@link Recount}s. */
    public static List<String> lines(Superuser superuser, Collection<UUID> organizations) {
        String array = organizations.stream().map(UUID::toString).collect(Collectors.joining(",", "{", "}"));
        return superuser.texts(LINES, array).stream()
                .map(line -> SKETCH.matcher(String.valueOf(line)).replaceAll(sketch -> estimate(sketch.group(1))))
                .sorted()
                .toList();
    }

    private static String estimate(String sketch) {
        return Double.toString(
                HllSketch.heapify(HexFormat.of().parseHex(sketch)).getCompositeEstimate());
    }
}
