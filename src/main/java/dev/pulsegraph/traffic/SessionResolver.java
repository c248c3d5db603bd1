package dev.pulsegraph.traffic;

import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.PageRequest;
import dev.pulsegraph.time.TimeRange;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** The fields of sessions and of events that were not taken. */
@Singleton
class SessionResolver implements Resolver {
    private final SessionRepository sessions;
    private final SessionLoader loader;

    SessionResolver(SessionRepository sessions, SessionLoader loader) {
        this.sessions = sessions;
        this.loader = loader;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.node("Session", Session.class, sessions::listByIds)
                .field("Organization.sessions", this::sessions)
                .field("Organization.ingestRejects", this::rejects);
    }

    private CompletableFuture<Connection<Session>> sessions(Call call) {
        Arguments arguments = call.arguments();
        Arguments range = arguments.input("range");
        var wanted = new SessionLoader.Wanted(
                page(arguments, SessionLoader.BY_FIRST_SEEN),
                new TimeRange(
                        Objects.requireNonNull(range.findInstant("from")),
                        Objects.requireNonNull(range.findInstant("to"))),
                DailyStatsResolver.code(arguments, "userCode"));
        return call.batch(
                "Organization.sessions", call.source(Organization.class).id(), wanted, loader::sessions);
    }

    private CompletableFuture<Connection<IngestReject>> rejects(Call call) {
        return call.batch(
                "Organization.ingestRejects",
                call.source(Organization.class).id(),
                page(call.arguments(), SessionLoader.BY_RECEIVED_AT),
                loader::rejects);
    }

    private static PageRequest page(Arguments arguments, String ordering) {
        return PageRequest.forward(arguments.findInt("first"), arguments.findText("after"), 50, ordering);
    }
}
