package dev.pulsegraph.metric.oracle;

import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.oracle.Line;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every row that every tier does hold. */
public final class Stored {
    private static final String SERIES = "concat_ws('|', upper(s.entity_type), s.entity_id, s.metric, s.platform)";
    private static final String LINES = Line.query("""
            with chosen as (select ?::uuid as organization_id),
            series as (
              select s.organization_id, s.id, %s as name, s.last_at, s.last_value
              from metric_series s join chosen using (organization_id)
            )
            select concat_ws('|', 'zone', z.time_zone) from rollup_zones z join chosen using (organization_id) where z.rollup = 'metrics'
            union all
            select concat_ws('|', 'sample', coalesce(s.name, 'orphan'), micros(m.recorded_at), trim_scale(m.metric_value))
            from metric_samples m join chosen using (organization_id)
            left join series s on s.organization_id = m.organization_id and s.id = m.series_id
            union all
            select concat_ws('|', 'newest', name, micros(last_at), trim_scale(last_value))
            from series where last_at is not null or last_value is not null
            union all
            select concat_ws('|', 'rollup', r.tier, s.name, micros(r.bucket), r.samples, trim_scale(r.sum), trim_scale(r.min),
              trim_scale(r.max), trim_scale(r.first), trim_scale(r.last), trim_scale(r.growth))
            from metric_rollups r join series s on s.organization_id = r.organization_id and s.id = r.series_id
            union all
            select concat_ws('|', 'orphan', r.tier, r.series_id, r.bucket)
            from metric_rollups r join chosen using (organization_id) where r.series_id not in (select id from series)
            union all
            select concat_ws('|', 'total', t.tier, t.metric, micros(t.bucket), upper(t.entity_type), t.platform, t.samples,
              trim_scale(t.sum), trim_scale(t.growth))
            from metric_totals t join chosen using (organization_id)
            union all
            select concat_ws('|', 'insights', i.post_id, i.platform, i.impressions, i.reach, i.likes, i.comments, i.shares,
              coalesce(trim_scale(i.engagement_rate::numeric)::text, '-'), micros(i.recorded_at))
            from post_insights i join chosen using (organization_id)""".formatted(SERIES));

    private final SortedSet<String> lines = new TreeSet<>();

    private Stored(List<@Nullable String> lines) {
        lines.forEach(line -> this.lines.add(String.valueOf(line)));
    }

    /** Of an organization, in one snapshot. */
    public static Stored of(Superuser superuser, UUID organization) {
        return new Stored(superuser.texts(LINES, organization));
    }

    /** A line each; comparable with a {@link Recount}. */
    public SortedSet<String> lines() {
        SortedSet<String> rows = new TreeSet<>(lines);
        rows.removeIf(line -> line.startsWith("zone|"));
        return rows;
    }

    /** The zone that days are kept in. */
    public ZoneId zone() {
        return fields("zone").map(fields -> ZoneId.of(fields[1])).findFirst().orElseThrow();
    }

    /** The samples that are really there. */
    public Ledger ledger() {
        Ledger ledger = new Ledger();
        fields("sample")
                .forEach(fields -> ledger.record(
                        new SeriesKey(fields[1], UUID.fromString(fields[2]), fields[3], fields[4]),
                        Instant.EPOCH.plus(Long.parseLong(fields[5]), ChronoUnit.MICROS),
                        new BigDecimal(fields[6])));
        return ledger;
    }

    private Stream<String[]> fields(String kind) {
        return lines.stream().filter(line -> line.startsWith(kind + "|")).map(line -> line.split("\\|", -1));
    }
}
