package dev.pulsegraph.traffic;

import dev.pulsegraph.event.EventLimits;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Estimate;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.organization.TimeZones;
import dev.pulsegraph.series.Comparison;
import dev.pulsegraph.series.MetricResult;
import dev.pulsegraph.series.Periods;
import dev.pulsegraph.series.SeriesSize;
import dev.pulsegraph.time.Granularity;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Traffic over time. */
@Singleton
public class TrafficSeriesResolver implements Resolver {
    private static final double COST_OF_A_SERIES = 2;
    private static final double COST_OF_A_NUMBER = 0.05;

    private final TrafficSeriesLoader loader;
    private final TimeZones zones;

    TrafficSeriesResolver(TrafficSeriesLoader loader, TimeZones zones) {
        this.loader = loader;
        this.zones = zones;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.read("Organization.trafficSeries", this::series)
                .cost("Organization.trafficSeries", arguments -> cost(arguments.input("query")));
    }

    private static Estimate cost(Arguments query) {
        List<TrafficMeasure> measures = Objects.requireNonNull(query.findEnums("measures", TrafficMeasure.class));
        SeriesSize size = SeriesSize.of(
                (int) measures.stream().distinct().count(),
                query.range("range"),
                query.enumValue("granularity", Granularity.class),
                null,
                null);
        if (size == null) {
            return Estimate.NONE;
        }
        boolean compared = query.findText("compareTo") != null;
        return Estimate.of(
                        COST_OF_A_SERIES * size.series() + COST_OF_A_NUMBER * size.cells() * (compared ? 2 : 1),
                        size.series() + " series of " + size.points() + " points" + (compared ? ", compared" : ""))
                .withSeries(size.series(), size.points());
    }

    private CompletableFuture<MetricResult> series(Call call) {
        Organization organization = call.source(Organization.class);
        Arguments input = call.arguments().input("query");
        var query = new TrafficQuery(
                Objects.requireNonNull(input.findEnums("measures", TrafficMeasure.class)),
                filter(input.findInput("filter")),
                Periods.of(
                        input.range("range"),
                        input.enumValue("granularity", Granularity.class),
                        zones.find(input.findText("timeZone"), organization),
                        input.findEnum("compareTo", Comparison.class)));
        return call.read("Organization.trafficSeries", organization.id(), query, loader::series);
    }

    /** What part of the traffic is asked for; all of it without a filter. */
    public static TrafficFilter filter(@Nullable Arguments input) {
        return input == null
                ? TrafficFilter.NONE
                : new TrafficFilter(
                        input.findName("userCode", EventLimits.MAX_ID),
                        input.findName("shareCode", EventLimits.MAX_ID),
                        input.findName("contactId", EventLimits.MAX_ID),
                        dimensions(input.findInputs("dimensions")));
    }

    private static List<DimensionFilter> dimensions(@Nullable List<Arguments> inputs) {
        return inputs == null
                ? List.of()
                : inputs.stream()
                        .map(input -> new DimensionFilter(
                                input.enumValue("dimension", TrafficDimension.class), input.texts("in")))
                        .toList();
    }
}
