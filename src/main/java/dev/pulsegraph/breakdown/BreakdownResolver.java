package dev.pulsegraph.breakdown;

import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Estimate;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.organization.TimeZones;
import dev.pulsegraph.traffic.TrafficDimension;
import dev.pulsegraph.traffic.TrafficSeriesResolver;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.concurrent.CompletableFuture;

/** Traffic by the values of a dimension. */
@Singleton
class BreakdownResolver implements Resolver {
    private static final double COST_OF_A_SCAN = 10;
    private static final double COST_OF_A_DAY = 0.5;
    private static final int USUAL_VALUES = 20;

    private final BreakdownLoader loader;
    private final TimeZones zones;
    private final Clock clock;

    BreakdownResolver(BreakdownLoader loader, TimeZones zones, Clock clock) {
        this.loader = loader;
        this.zones = zones;
        this.clock = clock;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.read("Organization.trafficBreakdown", this::breakdown)
                .cost("Organization.trafficBreakdown", BreakdownResolver::cost);
    }

    private static Estimate cost(Arguments arguments) {
        // Which days they are makes no difference to how many there are, give or take those of a month.
        int days = arguments.days("range").resolve(LocalDate.EPOCH).days();
        Integer first = arguments.findInt("first");
        int rows = first == null ? USUAL_VALUES : first;
        return days > BreakdownQuery.MAX_DAYS || rows < 1 || rows > BreakdownQuery.MAX_VALUES
                ? Estimate.NONE
                : Estimate.of(COST_OF_A_SCAN + COST_OF_A_DAY * days, days + " days")
                        .with("rows", rows);
    }

    private CompletableFuture<TrafficBreakdown> breakdown(Call call) {
        Organization organization = call.source(Organization.class);
        Arguments arguments = call.arguments();
        ZoneId zone = zones.find(arguments.findText("timeZone"), organization);
        var query = new BreakdownQuery(
                arguments.enumValue("by", TrafficDimension.class),
                arguments.days("range").resolve(LocalDate.ofInstant(clock.instant(), zone)),
                zone,
                TrafficSeriesResolver.filter(arguments.findInput("filter")),
                arguments.first(USUAL_VALUES, BreakdownQuery.MAX_VALUES));
        return call.read("Organization.trafficBreakdown", organization.id(), query, loader::breakdowns);
    }
}
