package dev.pulsegraph.traffic;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.series.Grouping;
import dev.pulsegraph.series.Measure;
import dev.pulsegraph.series.MetricResult;
import dev.pulsegraph.series.Periods;
import dev.pulsegraph.series.PlanTier;
import dev.pulsegraph.series.Segment;
import dev.pulsegraph.series.SeriesAssembler;
import dev.pulsegraph.series.SeriesQuery;
import dev.pulsegraph.series.SeriesRow;
import dev.pulsegraph.series.Tiers;
import dev.pulsegraph.time.Buckets;
import dev.pulsegraph.traffic.TrafficSeriesRepository.Answer;
import dev.pulsegraph.traffic.TrafficSeriesRepository.Part;
import jakarta.inject.Singleton;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Traffic over time of several organizations, in one statement a question. */
@Singleton
class TrafficSeriesLoader {
    private static final Grouping UNGROUPED = new Grouping(false, null);
    /** Each with a sketch of its visitors. */
    private static final int MAX_ROWS = 40_000;

    /** Of visitors who are counted one by one. */
    private static final int MAX_NAMES = 500_000;

    private final Json json;

    TrafficSeriesLoader(Json json) {
        this.json = json;
    }

    /** Answers a question of each organization. */
    Read<Map<UUID, MetricResult>> series(Collection<UUID> organizations, TrafficQuery query) {
        Buckets buckets = query.periods().buckets();
        UNGROUPED.fit(query.measures().size(), buckets.size(), organizations.size());
        if (!query.filter().dimensions().isEmpty()) {
            List<Segment> segments = raw(query.periods());
            return TrafficSeriesRepository.ofSessions(
                            organizations,
                            query,
                            json.text(query.periods().edges()),
                            json.text(query.filter().conditions()))
                    .map(answer -> assemble(organizations, query, segments, checked(answer, query, MAX_NAMES)));
        }
        List<Segment> segments = new Tiers(false, buckets.zone()).segments(query.periods());
        return TrafficSeriesRepository.read(
                        organizations,
                        query,
                        segments(segments, buckets.zone()),
                        json.text(query.periods().edges()),
                        buckets.zone().getId(),
                        query.asksForVisitors() ? MAX_ROWS + 1 : null)
                .map(answer -> assemble(organizations, query, segments, checked(answer, query, MAX_ROWS)));
    }

    private static Map<UUID, MetricResult> assemble(
            Collection<UUID> organizations, TrafficQuery query, List<Segment> segments, Answer answer) {
        var assembler = new SeriesAssembler(new SeriesQuery(query.periods(), null, UNGROUPED, 1, answer.asOf()));
        List<Measure> measures = query.measures().stream()
                .map(measure -> new Measure(measure.name(), measure.unit(), measure.aggregation(), segments))
                .toList();
        Map<UUID, MetricResult> results = new HashMap<>();
        for (UUID organization : organizations) {
            List<Part> parts = answer.parts().getOrDefault(organization, List.of());
            results.put(organization, assembler.assemble(measures, rows(query.measures(), parts), null));
        }
        return results;
    }

    private static List<SeriesRow> rows(List<TrafficMeasure> measures, List<Part> parts) {
        List<SeriesRow> rows = new ArrayList<>();
        for (boolean comparison : List.of(false, true)) {
            Map<Integer, TrafficSum> bySlot = new TreeMap<>();
            TrafficSum whole = new TrafficSum();
            for (Part part : parts) {
                if (part.comparison() == comparison) {
                    bySlot.computeIfAbsent(part.slot(), any -> new TrafficSum()).add(part);
                    whole.add(part);
                }
            }
            if (!bySlot.isEmpty()) {
                bySlot.forEach(
                        (slot, sum) -> measures.forEach(measure -> rows.add(row(measure, comparison, slot, sum))));
                measures.forEach(measure -> rows.add(row(measure, comparison, null, whole)));
            }
        }
        return rows;
    }

    private static SeriesRow row(TrafficMeasure measure, boolean comparison, @Nullable Integer slot, TrafficSum sum) {
        int samples = (int) Math.min(measure.samples(sum), Integer.MAX_VALUE);
        return new SeriesRow(measure.name(), 1, comparison, slot, null, null, null, measure.value(sum), samples);
    }

    private static List<Segment> raw(Periods periods) {
        List<Segment> segments = new ArrayList<>();
        Buckets buckets = periods.buckets();
        segments.add(new Segment(PlanTier.RAW, buckets.from(), buckets.to(), false));
        Buckets comparison = periods.comparison();
        if (comparison != null) {
            segments.add(new Segment(PlanTier.RAW, comparison.from(), comparison.to(), true));
        }
        return segments;
    }

    private static Answer checked(Answer answer, TrafficQuery query, int max) {
        if (query.asksForVisitors() && answer.rows() > max) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "range",
                    "visitors of more than " + max + (max == MAX_ROWS ? " quarters of an hour of codes" : " sessions")
                            + " are to be counted; ask for a shorter range, or without VISITORS.");
        }
        return answer;
    }

    private String segments(List<Segment> segments, ZoneId zone) {
        return json.text(
                segments.stream().map(segment -> withDates(segment, zone)).toList());
    }

    private static Map<String, Object> withDates(Segment segment, ZoneId zone) {
        Map<String, Object> fields = segment.fields();
        fields.put("from_date", segment.from().atZone(zone).toLocalDate().toString());
        fields.put("to_date", segment.to().atZone(zone).toLocalDate().toString());
        return fields;
    }
}
