package dev.pulsegraph.traffic;

import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** Today's traffic, as it changes. */
@Singleton
class TrafficUpdatesResolver implements Resolver {
    /** What the trigger of {@code analytics_daily_stats} names. */
    private static final String TOPIC = "traffic";

    private final CurrentDayRepository days;
    private final Clock clock;

    TrafficUpdatesResolver(CurrentDayRepository days, Clock clock) {
        this.days = days;
        this.clock = clock;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.subscription("Subscription.trafficUpdates", TOPIC, TrafficUpdatesResolver::organization, this::today);
    }

    private static UUID organization(Call call) {
        return call.arguments().id("organization", "Organization");
    }

    private TrafficTotals today(Call call) {
        CurrentDay day = days.find(organization(call), clock.instant())
                .orElseThrow(() -> Problem.notFound("organization", "organization"));
        List<byte[]> sketches = day.visitors().length == 0 ? List.of() : List.of(day.visitors());
        return TrafficTotals.of(
                day.totalSessions(),
                day.totalPageViews(),
                day.totalClicks(),
                Math.toIntExact(HllSketches.count(sketches)),
                day.sessionSeconds(),
                day.bounces());
    }
}
