package dev.pulsegraph.traffic;

import dev.pulsegraph.batch.BatchArgument;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.problem.Limit;
import jakarta.inject.Singleton;

/** The fields of events. */
@Singleton
class TrafficResolver implements Resolver {
    @Limit("events of a `trackEvents`")
    private static final int MOST_EVENTS = 10_000;

    private static final BatchArgument EVENTS =
            new BatchArgument("events", MOST_EVENTS, " events", "send them in several calls.");

    private final TrafficService service;

    TrafficResolver(TrafficService service) {
        this.service = service;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.field("Mutation.trackEvents", call -> track(call.input()))
                .costOfItems("Mutation.trackEvents", EVENTS, "receipts");
    }

    private TrackEventsPayload track(Arguments input) {
        var events = input.items(EVENTS);
        return service.track(input.id("organization", "Organization"), events);
    }
}
