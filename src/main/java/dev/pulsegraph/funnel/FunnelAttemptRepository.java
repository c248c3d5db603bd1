package dev.pulsegraph.funnel;

import dev.pulsegraph.database.Read;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is made of the best attempts of visitors, which {@code app.funnel_attempts} finds in one scan. */
interface FunnelAttemptRepository {
    /** How many values of a breakdown are told apart. */
    int MAX_VALUES = 10;

    /** Rows of steps, of steps by value, and of days: what does not apply to one is null. */
    String COUNTS = """
            with asked as materialized (
              select r.request, r.organization_id, r.steps, r.edges, r.previous_edges, r.scan
              from jsonb_to_recordset(cast(:requests as jsonb))
                r(request int, organization_id uuid, steps int, edges bigint[], previous_edges bigint[], scan jsonb)
            ),
            attempts as materialized (
              select r.request, a.previous, a.marks, a.dimension
              from asked r cross join lateral app.funnel_attempts(r.organization_id, r.scan) a
            ),
            ranks as (
              select a.request, a.dimension, row_number() over (partition by a.request order by count(*) desc, a.dimension) as rank
              from attempts a where not a.previous and a.dimension is not null
              group by a.request, a.dimension
            ),
            steps as (
              select a.request, a.previous, a.dimension, s.step,
                cast((a.marks[s.step] >> 11) - (a.marks[s.step - 1] >> 11) as double precision) / 1e6 as since_previous,
                cast((a.marks[s.step] >> 11) - (a.marks[1] >> 11) as double precision) / 1e6 as since_start
              from attempts a join generate_series(1, 10) s(step) on s.step <= cardinality(a.marks)
            )
            select s.request, s.previous, cast(null as int) as rank, cast(null as text) as value, s.step, cast(null as int) as slot,
              count(*) as visitors, cast(0 as bigint) as converted, percentile_cont(0.5) within group (order by s.since_previous) as median,
              percentile_cont(0.9) within group (order by s.since_previous) as p90, avg(s.since_start) as mean
            from steps s group by s.request, s.previous, s.step
            union all
            select s.request, s.previous, cast(least(coalesce(r.rank, :values + 1), :values + 1) as int),
              case when r.rank <= :values then s.dimension end, s.step, null,
              count(*), 0, percentile_cont(0.5) within group (order by s.since_previous),
              percentile_cont(0.9) within group (order by s.since_previous), avg(s.since_start)
            from steps s left join ranks r on r.request = s.request and r.dimension = s.dimension
            where s.dimension is not null
            group by s.request, s.previous, 3, 4, s.step
            union all
            select a.request, a.previous, null, null, null,
              width_bucket(a.marks[1] >> 11, case when a.previous then r.previous_edges else r.edges end) as slot,
              count(*), count(*) filter (where cardinality(a.marks) = r.steps), null, null, null
            from attempts a join asked r on r.request = a.request
            group by a.request, a.previous, slot
            """;

    String STOPPED = """
            select v.id, r.organization_id, v.visitor, v.entered_at, v.reached_at
            from jsonb_to_recordset(cast(:requests as jsonb)) r(organization_id uuid, scan jsonb)
            cross join lateral (
              select v.id, v.visitor, v.entered_at, v.reached_at
              from (
                select cast(md5(a.visitor) as uuid) as id, a.visitor,
                  timestamptz 'epoch' + (a.marks[1] >> 11) * interval '1 microsecond' as entered_at,
                  timestamptz 'epoch' + (a.marks[cardinality(a.marks)] >> 11) * interval '1 microsecond' as reached_at
                from app.funnel_attempts(r.organization_id, r.scan) a
                where not a.previous and cardinality(a.marks) = :step) v
            """;
    String UP = """
              where (v.reached_at, v.id) > (cast(:key as timestamptz), cast(:id as uuid))
              order by v.reached_at, v.id limit :limit) v""";
    String DOWN = """
              where (v.reached_at, v.id) < (cast(:key as timestamptz), cast(:id as uuid))
              order by v.reached_at desc, v.id desc limit :limit) v""";

    String STOPPED_COUNT = """
            select r.organization_id, (
              select count(*) from app.funnel_attempts(r.organization_id, r.scan) a
              where not a.previous and cardinality(a.marks) = :step)
            from jsonb_to_recordset(cast(:requests as jsonb)) r(organization_id uuid, scan jsonb)
            """;

    /**
     * Counts attempts.
     *
     * @param requests a JSON array of questions, numbered from 1
     */
    static Read<List<Count>> counts(String requests) {
        return Read.list(COUNTS, Count.class, Map.of("requests", requests, "values", MAX_VALUES));
    }

    /**
     * Visitors whose best attempt ended with a step, from a place on, by when they did it.
     *
     * @param requests a JSON array of questions, one an organization
     */
    static Read<List<Visitor>> stopped(boolean up, Map<String, ?> place, String requests, int step) {
        return Read.list(up ? STOPPED + UP : STOPPED + DOWN, Visitor.class, place)
                .with("requests", requests)
                .with("step", step);
    }

    static Read<Map<UUID, Long>> countStopped(String requests, int step) {
        return Read.counts(STOPPED_COUNT, Map.of("requests", requests, "step", step));
    }

    /**
     * Visitors of a step, of a step and a value, or of a day.
     *
     * @param request which question
     * @param rank of the value, one more than are told apart for the others together
     * @param slot which day, as {@code Buckets.slots} counts
     */
    record Count(
            int request,
            boolean previous,
            @Nullable Integer rank,
            @Nullable String value,
            @Nullable Integer step,
            @Nullable Integer slot,
            long visitors,
            long converted,
            @Nullable Double median,
            @Nullable Double p90,
            @Nullable Double mean) {}
}
