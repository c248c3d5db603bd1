package dev.pulsegraph.product;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.series.Measure;
import dev.pulsegraph.series.MetricResult;
import dev.pulsegraph.series.Periods;
import dev.pulsegraph.series.PlanTier;
import dev.pulsegraph.series.Segment;
import dev.pulsegraph.series.SeriesAssembler;
import dev.pulsegraph.series.SeriesQuery;
import dev.pulsegraph.series.Tiers;
import dev.pulsegraph.time.Buckets;
import dev.pulsegraph.time.Granularity;
import jakarta.inject.Singleton;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Names of events, and events over time, of several organizations, in one statement a question. */
@Singleton
class EventSeriesLoader {
    /** Quarters of an hour alone. */
    private static final Tiers TIERS = new Tiers(false, null);

    private final Json json;

    EventSeriesLoader(Json json) {
        this.json = json;
    }

    /** Answers a question of each organization. */
    Read<Map<UUID, MetricResult>> series(Collection<UUID> organizations, EventQuery query) {
        List<Segment> segments = query.isOfRollups() ? TIERS.segments(query.periods()) : ofEvents(query);
        int groups = query.grouping().fit(1, query.periods().buckets().size(), organizations.size());
        return EventSeriesRepository.read(
                        organizations,
                        query,
                        text(segments),
                        json.text(query.periods().edges()),
                        groups)
                .map(answer -> assemble(organizations, query, segments, groups, answer));
    }

    private static Map<UUID, MetricResult> assemble(
            Collection<UUID> organizations,
            EventQuery query,
            List<Segment> segments,
            int groups,
            EventSeriesRepository.Answer answer) {
        var assembler = new SeriesAssembler(
                new SeriesQuery(query.periods(), query.fill(), query.grouping(), groups, answer.asOf()));
        List<Measure> measures =
                List.of(new Measure(query.name(), null, query.measure().aggregation(), segments));
        Map<UUID, MetricResult> results = new HashMap<>();
        for (UUID organization : organizations) {
            results.put(
                    organization,
                    assembler.assemble(measures, answer.rows().getOrDefault(organization, List.of()), null));
        }
        return results;
    }

    /** The names of each organization's events. */
    Read<Map<UUID, List<EventName>>> names(Collection<UUID> organizations, EventNamesQuery query) {
        Buckets whole = Objects.requireNonNull(Buckets.of(query.range(), Granularity.TOTAL, ZoneOffset.UTC, 1));
        return EventCountRepository.names(organizations, query, text(TIERS.segments(new Periods(whole, null))))
                .map(names -> Connection.lists(organizations, names, EventName::organizationId));
    }

    private static List<Segment> ofEvents(EventQuery query) {
        List<Segment> segments = new ArrayList<>(raw(query.periods().buckets(), false));
        Buckets comparison = query.periods().comparison();
        if (comparison != null) {
            segments.addAll(raw(comparison, true));
        }
        return segments;
    }

    private static List<Segment> raw(Buckets buckets, boolean comparison) {
        return buckets.runs().stream()
                .map(run -> new Segment(PlanTier.RAW, run.getFirst(), run.getLast(), comparison))
                .toList();
    }

    private String text(List<Segment> segments) {
        return json.text(segments.stream().map(Segment::fields).toList());
    }
}
