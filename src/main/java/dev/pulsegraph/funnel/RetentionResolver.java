package dev.pulsegraph.funnel;

import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Estimate;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.organization.TimeZones;
import dev.pulsegraph.time.Granularity;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** The fields of retention. */
@Singleton
class RetentionResolver implements Resolver {
    private static final int USUAL_PERIODS = 8;
    private static final double COST_OF_A_SCAN = 10;
    private static final double COST_OF_A_NUMBER = 0.05;
    /** As many cohorts as are assumed. */
    private static final int COHORTS = 30;

    private final RetentionLoader loader;
    private final TimeZones zones;
    private final Clock clock;

    RetentionResolver(RetentionLoader loader, TimeZones zones, Clock clock) {
        this.loader = loader;
        this.zones = zones;
        this.clock = clock;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.read("Organization.retention", this::count).cost("Organization.retention", RetentionResolver::cost);
    }

    private static Estimate cost(Arguments arguments) {
        int periods = periods(arguments.input("input"));
        return periods < 1 || periods > RetentionInput.MAX_PERIODS
                ? Estimate.NONE
                : Estimate.of(COST_OF_A_SCAN + COST_OF_A_NUMBER * COHORTS * periods, periods + " periods")
                        .with("cohorts", COHORTS);
    }

    private static int periods(Arguments input) {
        return Objects.requireNonNullElse(input.findInt("periods"), USUAL_PERIODS);
    }

    private CompletableFuture<RetentionResult> count(Call call) {
        Organization organization = call.source(Organization.class);
        Arguments input = call.arguments().input("input");
        ZoneId zone = zones.find(input.findText("timeZone"), organization);
        var asked = new RetentionInput(
                FunnelResolver.step(input.input("start")),
                FunnelResolver.step(input.input("return")),
                input.days("range").resolve(clock.instant().atZone(zone).toLocalDate()),
                input.enumValue("granularity", Granularity.class),
                periods(input),
                zone);
        return call.read(
                "Organization.retention", new RetentionLoader.Request(organization.id(), asked), loader::results);
    }
}
