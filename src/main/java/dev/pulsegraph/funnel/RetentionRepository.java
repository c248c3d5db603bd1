package dev.pulsegraph.funnel;

import dev.pulsegraph.database.Read;
import java.util.List;
import java.util.Map;

/** Visitors who come back, counted in one scan. */
interface RetentionRepository {

    /**
     * Counts cohorts.
     *
     * @param requests a JSON array of questions, numbered from 1
     */
    static Read<List<Count>> counts(String requests) {
        return Read.list("""
                select r.request, c.cohort, c.period, c.visitors
                from jsonb_to_recordset(cast(:requests as jsonb)) r(request int, organization_id uuid, scan jsonb)
                cross join lateral app.count_retention(r.organization_id, r.scan) c
                """, Count.class, Map.of("requests", requests));
    }

    /**
     * Visitors of a cohort who came back.
     *
     * @param cohort which period, 1 for the first
     * @param period how many periods later; 0 for the cohort itself
     */
    record Count(int request, int cohort, int period, long visitors) {}
}
