package dev.pulsegraph.event;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.PageQuery;
import dev.pulsegraph.paging.TimeOrder;
import dev.pulsegraph.paging.Unfiltered;
import dev.pulsegraph.time.TimeRange;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sessions and rejected events of several organizations, a page of each in one statement. */
final class SessionLoader {
    static final TimeOrder<Session> BY_FIRST_SEEN = new TimeOrder<>("session.firstSeen", true, Session::firstSeen);
    static final TimeOrder<RejectedEvent> BY_RECEIVED_AT =
            new TimeOrder<>("rejectedEvent.receivedAt", true, RejectedEvent::receivedAt);

    private SessionLoader() {}

    static Read<Map<UUID, Connection<Session>>> sessions(Collection<UUID> organizations, PageQuery<Filter> query) {
        Filter filter = query.filter();
        return BY_FIRST_SEEN.pages(
                organizations,
                query,
                Session::organizationId,
                (up, place) -> SessionRepository.page(up, place, filter.from(), filter.to(), filter.userCode));
    }

    static Read<Map<UUID, Long>> sessionCounts(Collection<UUID> organizations, Filter filter) {
        return SessionRepository.count(organizations, filter.userCode, filter.from(), filter.to());
    }

    static Read<Map<UUID, Connection<RejectedEvent>>> rejectedEvents(
            Collection<UUID> organizations, PageQuery<Unfiltered> query) {
        return BY_RECEIVED_AT.pages(
                organizations, query, RejectedEvent::organizationId, RejectedEventPageRepository::page);
    }

    static Read<Map<UUID, Long>> rejectedEventCounts(Collection<UUID> organizations, Unfiltered filter) {
        return RejectedEventPageRepository.count(organizations);
    }

    /**
     * Which of an organization's sessions.
     *
     * @param userCode null for any
     */
    record Filter(TimeRange range, @Nullable String userCode) {
        String from() {
            return range.from().toString();
        }

        String to() {
            return range.to().toString();
        }
    }
}
