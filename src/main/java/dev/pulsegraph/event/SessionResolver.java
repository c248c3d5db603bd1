package dev.pulsegraph.event;

import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.Unfiltered;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;

/** The fields of sessions and of events that were not taken. */
@Singleton
class SessionResolver implements Resolver {
    @Override
    public void wire(Wiring wiring) {
        wiring.node("Session", Session.class, SessionRepository::byIds)
                .read("Organization.sessions", this::sessions)
                .read("Organization.rejectedEvents", this::rejectedEvents)
                .totalCount("SessionConnection", SessionLoader.Filter.class, SessionLoader::sessionCounts)
                .totalCount("RejectedEventConnection", Unfiltered.class, SessionLoader::rejectedEventCounts);
    }

    private CompletableFuture<Connection<Session>> sessions(Call call) {
        Arguments arguments = call.arguments();
        var filter =
                new SessionLoader.Filter(arguments.range("range"), arguments.findName("userCode", EventLimits.MAX_ID));
        return call.connection(
                "Organization.sessions",
                call.source(Organization.class).id(),
                SessionLoader.BY_FIRST_SEEN.name(),
                filter,
                SessionLoader::sessions);
    }

    private CompletableFuture<Connection<RejectedEvent>> rejectedEvents(Call call) {
        return call.connection(
                "Organization.rejectedEvents",
                call.source(Organization.class).id(),
                SessionLoader.BY_RECEIVED_AT.name(),
                Unfiltered.ALL,
                SessionLoader::rejectedEvents);
    }
}
