package dev.pulsegraph.product;

import dev.pulsegraph.event.EventLimits;
import dev.pulsegraph.event.SessionPlace;
import dev.pulsegraph.event.TrackType;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Estimate;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.organization.TimeZones;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.PageRequest;
import dev.pulsegraph.paging.Unfiltered;
import dev.pulsegraph.series.Comparison;
import dev.pulsegraph.series.Fill;
import dev.pulsegraph.series.Grouping;
import dev.pulsegraph.series.MetricResult;
import dev.pulsegraph.series.Periods;
import dev.pulsegraph.series.SeriesLimits;
import dev.pulsegraph.series.SeriesSize;
import dev.pulsegraph.time.Granularity;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The fields of events one by one. */
@Singleton
class ProductResolver implements Resolver {
    private static final double COST_OF_A_SERIES = 5;
    private static final double COST_OF_A_NUMBER = 0.05;

    private final EventSeriesLoader series;
    private final TimeZones zones;

    ProductResolver(EventSeriesLoader series, TimeZones zones) {
        this.series = series;
        this.zones = zones;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.node("Event", Event.class, EventPageRepository::byIds)
                .read("Organization.events", ProductResolver::events)
                .totalCount("EventConnection", EventLoader.Selection.class, EventLoader::counts)
                .read("Event.session", ProductResolver::session)
                .read(
                        "Organization.currentVisitors",
                        call -> call.read(
                                "Organization.currentVisitors",
                                call.source(Organization.class).id(),
                                EventCountRepository::currentVisitors))
                .read("Organization.identifiedUsers", ProductResolver::users)
                .totalCount(
                        "IdentifiedUserConnection",
                        Unfiltered.class,
                        (organizations, all) -> IdentifiedUserRepository.count(organizations))
                .read("Organization.identifiedUser", ProductResolver::user)
                .read(
                        "IdentifiedUser.visitors",
                        call -> call.read(
                                "IdentifiedUser.visitors",
                                call.source(IdentifiedUser.class).key(),
                                IdentifiedUserRepository::visitors))
                .read("Organization.eventNames", this::names)
                .read("Organization.eventSeries", this::series)
                .cost("Organization.eventSeries", arguments -> cost(arguments.input("query")));
    }

    private static Estimate cost(Arguments query) {
        boolean isGrouped = query.findText("groupBy") != null;
        SeriesSize size = SeriesSize.of(
                1,
                query.range("range"),
                query.enumValue("granularity", Granularity.class),
                isGrouped ? (long) SeriesLimits.MAX_GROUPS : null,
                query.findInt("topGroups"));
        if (size == null) {
            return Estimate.NONE;
        }
        boolean compared = query.findText("compareTo") != null;
        return Estimate.of(
                        COST_OF_A_SERIES + COST_OF_A_NUMBER * size.cells() * (compared ? 2 : 1),
                        size.series() + " series of " + size.points() + " points" + (compared ? ", compared" : ""))
                .withSeries(size.series(), size.points());
    }

    private CompletableFuture<MetricResult> series(Call call) {
        Organization organization = call.source(Organization.class);
        return call.read(
                "Organization.eventSeries",
                organization.id(),
                query(call.arguments().input("query"), organization),
                series::series);
    }

    private EventQuery query(Arguments input, Organization organization) {
        String property = input.findText("property");
        String groupBy = input.findText("groupBy");
        return new EventQuery(
                input.enumValue("measure", EventMeasure.class),
                property == null ? null : PropertyPath.of("property", property),
                property,
                filter(input.findInput("filter")),
                EventGroup.of(groupBy),
                new Grouping(groupBy != null, input.findInt("topGroups")),
                Periods.of(
                        input.range("range"),
                        input.enumValue("granularity", Granularity.class),
                        zones.find(input.findText("timeZone"), organization),
                        input.findEnum("compareTo", Comparison.class)),
                input.findEnum("fill", Fill.class));
    }

    private CompletableFuture<List<EventName>> names(Call call) {
        Arguments arguments = call.arguments();
        List<TrackType> types = arguments.findEnums("types", TrackType.class);
        var query = new EventNamesQuery(
                arguments.range("range"),
                types == null
                        ? EventFilter.ALL_TYPES
                        : types.stream().map(TrackType::stored).toList(),
                arguments.first(50, PageRequest.MOST),
                call.asksFor("visitors"));
        return call.read(
                "Organization.eventNames", call.source(Organization.class).id(), query, series::names);
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

    private static CompletableFuture<Connection<IdentifiedUser>> users(Call call) {
        return call.connection(
                "Organization.identifiedUsers",
                call.source(Organization.class).id(),
                EventLoader.USERS_BY_TIME.name(),
                Unfiltered.ALL,
                EventLoader::users);
    }

    private static CompletableFuture<IdentifiedUser> user(Call call) {
        return call.read(
                "Organization.identifiedUser",
                new IdentifiedUser.Key(
                        call.source(Organization.class).id(), call.arguments().name("userId")),
                IdentifiedUserRepository::byKeys);
    }

    private static EventFilter filter(@Nullable Arguments input) {
        if (input == null) {
            return EventFilter.NONE;
        }
        List<TrackType> types = input.findEnums("types", TrackType.class);
        return new EventFilter(
                input.findNames("names"),
                types == null ? null : types.stream().map(TrackType::stored).toList(),
                input.findName("userCode", EventLimits.MAX_ID),
                input.findName("shareCode", EventLimits.MAX_ID),
                input.findName("contactId", EventLimits.MAX_ID),
                input.findName("visitor", EventFilter.MAX_VISITOR),
                PropertyFilters.of("where", input.findFields("where")));
    }

    private static @Nullable CompletableFuture<?> session(Call call) {
        Event event = call.source(Event.class);
        UUID key = event.sessionKey();
        return key == null
                ? null
                : call.read("Event.session", new SessionPlace(key, event.at()), SessionPlace::sessions);
    }
}
