package dev.pulsegraph.traffic;

import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Estimate;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.util.List;

/** The fields of events. */
@Singleton
class TrafficResolver implements Resolver {
    @Limit("events of a `trackEvents`")
    private static final int MOST_EVENTS = 10_000;

    private final TrafficService service;

    TrafficResolver(TrafficService service) {
        this.service = service;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.field("Mutation.trackEvents", call -> track(call.input()))
                .cost(
                        "Mutation.trackEvents",
                        arguments -> Estimate.ofItems(
                                arguments.input("input").inputs("events").size(), "receipts"));
    }

    private TrackEventsPayload track(Arguments input) {
        List<Arguments> events = input.inputs("events");
        if (events.size() > MOST_EVENTS) {
            throw Problem.parse(
                    ErrorCode.LIMIT_EXCEEDED,
                    "events: " + events.size() + " events are more than " + MOST_EVENTS
                            + "; send them in several calls.");
        }
        return service.track(
                input.id("organization", "Organization"),
                events.stream().map(Arguments::values).toList());
    }
}
