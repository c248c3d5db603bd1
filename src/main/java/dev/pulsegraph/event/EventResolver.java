package dev.pulsegraph.event;

import dev.pulsegraph.batch.BatchArgument;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.problem.Limit;
import jakarta.inject.Singleton;

/** The fields of events. */
@Singleton
class EventResolver implements Resolver {
    @Limit("events of a `trackEvents` mutation")
    private static final int MAX_EVENTS = 10_000;

    private static final BatchArgument EVENTS =
            new BatchArgument("events", MAX_EVENTS, " events", "send them in several calls.");

    private final EventService service;

    EventResolver(EventService service) {
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
