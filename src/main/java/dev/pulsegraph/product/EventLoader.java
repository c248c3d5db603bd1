package dev.pulsegraph.product;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.PageQuery;
import dev.pulsegraph.paging.TimeOrder;
import dev.pulsegraph.paging.Unfiltered;
import dev.pulsegraph.time.TimeRange;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/** Events of several organizations, a page of each in one statement. */
final class EventLoader {
    static final TimeOrder<Event> BY_TIME = new TimeOrder<>("event.at", true, Event::at);

    static final TimeOrder<IdentifiedUser> USERS_BY_TIME =
            new TimeOrder<>("user.identifiedAt", true, IdentifiedUser::identifiedAt);

    private EventLoader() {}

    static Read<Map<UUID, Connection<IdentifiedUser>>> users(
            Collection<UUID> organizations, PageQuery<Unfiltered> query) {
        return USERS_BY_TIME.pages(
                organizations, query, IdentifiedUser::organizationId, IdentifiedUserRepository::page);
    }

    static Read<Map<UUID, Connection<Event>>> events(Collection<UUID> organizations, PageQuery<Selection> query) {
        Selection selection = query.filter();
        return BY_TIME.pages(
                organizations,
                query,
                Event::organizationId,
                (up, place) -> EventPageRepository.page(up, place, selection.range, selection.filter));
    }

    static Read<Map<UUID, Long>> counts(Collection<UUID> organizations, Selection selection) {
        return EventPageRepository.count(organizations, selection.range, selection.filter);
    }

    /** Which of an organization's events. */
    record Selection(TimeRange range, EventFilter filter) {}
}
