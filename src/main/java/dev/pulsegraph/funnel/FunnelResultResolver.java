package dev.pulsegraph.funnel;

import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Estimate;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.organization.TimeZones;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.series.Comparison;
import dev.pulsegraph.series.SeriesSize;
import dev.pulsegraph.time.Granularity;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** The fields that count funnels. */
@Singleton
class FunnelResultResolver implements Resolver {
    private static final double COST_OF_A_SCAN = 10;
    private static final double COST_OF_A_DAY = 0.5;
    private static final int SERIES = 2;

    private final FunnelLoader loader;
    private final TimeZones zones;

    FunnelResultResolver(FunnelLoader loader, TimeZones zones) {
        this.loader = loader;
        this.zones = zones;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.field("Organization.funnel", this::count)
                .read("FunnelResult.dropped", this::dropped)
                .totalCount("VisitorConnection", FunnelLoader.Stop.class, loader::countStopped)
                .cost("Organization.funnel", FunnelResultResolver::cost);
    }

    private static Estimate cost(Arguments arguments) {
        Arguments input = arguments.input("input");
        SeriesSize size = SeriesSize.of(SERIES, input.range("range"), Granularity.DAY, null, null);
        if (size == null) {
            return Estimate.NONE;
        }
        int periods = input.findEnum("compareTo", Comparison.class) == null ? 1 : 2;
        return Estimate.of(
                        COST_OF_A_SCAN + COST_OF_A_DAY * size.points() * periods,
                        size.points() + " days" + (periods == 2 ? ", compared" : ""))
                .withSeries(SERIES, size.points());
    }

    private CompletableFuture<FunnelResult> count(Call call) {
        Organization organization = call.source(Organization.class);
        var request = new FunnelLoader.Request(
                organization.id(), input(organization, call.arguments().input("input")));
        return call.batchEach("Organization.funnel", request, any -> "funnels", all -> loader::results);
    }

    private FunnelInput input(Organization organization, Arguments input) {
        String breakdown = input.findText("breakdown");
        return new FunnelInput(
                input.findId("funnel", "Funnel"),
                input.findInt("version"),
                FunnelResolver.findSteps(input, "steps"),
                FunnelResolver.findSteps(input, "exclude"),
                FunnelResolver.findWindow(input),
                input.findEnum("ordering", FunnelOrdering.class),
                input.range("range"),
                breakdown == null ? null : FunnelDimension.of(breakdown),
                input.findEnum("compareTo", Comparison.class),
                zones.find(input.findText("timeZone"), organization));
    }

    private CompletableFuture<Connection<Visitor>> dropped(Call call) {
        FunnelResult result = call.source(FunnelResult.class);
        int step = Objects.requireNonNull(call.arguments().findInt("step"));
        int last = result.steps().size() - 1;
        if (step < 1 || step > last) {
            throw Problem.badInput("step", step + " is not between 1 and " + last + ", the last one but one.");
        }
        return call.connection(
                "FunnelResult.dropped",
                result.organizationId(),
                FunnelLoader.BY_REACHED_AT.name(),
                new FunnelLoader.Stop(result.question(), step),
                loader::stopped);
    }
}
