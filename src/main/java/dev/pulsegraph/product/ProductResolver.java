package dev.pulsegraph.product;

import dev.pulsegraph.event.EventLimits;
import dev.pulsegraph.event.SessionPlace;
import dev.pulsegraph.event.TrackType;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.paging.Connection;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The fields of events one by one. */
@Singleton
class ProductResolver implements Resolver {
    @Override
    public void wire(Wiring wiring) {
        wiring.node("Event", Event.class, EventPageRepository::byIds)
                .read("Organization.events", ProductResolver::events)
                .totalCount("EventConnection", EventLoader.Selection.class, EventLoader::counts)
                .read("Event.session", ProductResolver::session);
    }

    private static CompletableFuture<Connection<Event>> events(Call call) {
        Arguments arguments = call.arguments();
        return call.connection(
                "Organization.events",
                call.source(Organization.class).id(),
                EventLoader.BY_TIME.name(),
                new EventLoader.Selection(arguments.range("range"), filter(arguments.findInput("filter"))),
                EventLoader::events);
    }

    private static EventFilter filter(@Nullable Arguments input) {
        if (input == null) {
            return EventFilter.NONE;
        }
        List<TrackType> types = input.findEnums("types", TrackType.class);
        List<Arguments> where = input.findInputs("where");
        return new EventFilter(
                input.findNames("names"),
                types == null ? null : types.stream().map(TrackType::stored).toList(),
                input.findName("userCode", EventLimits.MAX_ID),
                input.findName("shareCode", EventLimits.MAX_ID),
                input.findName("contactId", EventLimits.MAX_ID),
                input.findName("visitor", EventFilter.MAX_VISITOR),
                PropertyFilters.of(
                        "where",
                        where == null
                                ? null
                                : where.stream().map(Arguments::values).toList()));
    }

    private static @Nullable CompletableFuture<?> session(Call call) {
        Event event = call.source(Event.class);
        UUID key = event.sessionKey();
        return key == null
                ? null
                : call.read("Event.session", new SessionPlace(key, event.at()), SessionPlace::sessions);
    }
}
