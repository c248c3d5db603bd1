package dev.pulsegraph.event;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.PageQuery;
import dev.pulsegraph.paging.TimeOrder;
import dev.pulsegraph.paging.Unfiltered;
import dev.pulsegraph.time.TimeRange;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sessions and rejected events of several organizations, a page of each in one statement. */
@Singleton
class SessionLoader {
    static final TimeOrder<Session> BY_FIRST_SEEN = new TimeOrder<>("session.firstSeen", true, Session::firstSeen);
    static final TimeOrder<RejectedEvent> BY_RECEIVED_AT =
            new TimeOrder<>("rejectedEvent.receivedAt", true, RejectedEvent::receivedAt);

    private final SessionRepository sessions;
    private final RejectedEventPageRepository rejectedEvents;

    SessionLoader(SessionRepository sessions, RejectedEventPageRepository rejectedEvents) {
        this.sessions = sessions;
        this.rejectedEvents = rejectedEvents;
    }

    Map<UUID, Connection<Session>> sessions(Collection<UUID> organizations, PageQuery<Filter> query) {
        Filter filter = query.filter();
        String code = filter.userCode;
        String from = filter.from();
        String to = filter.to();
        return BY_FIRST_SEEN.pages(
                organizations,
                query,
                Session::organizationId,
                (owners, key, id, limit) -> code == null
                        ? sessions.listUp(owners, from, to, key, id, limit)
                        : sessions.listUp(owners, code, from, to, key, id, limit),
                (owners, key, id, limit) -> code == null
                        ? sessions.listDown(owners, from, to, key, id, limit)
                        : sessions.listDown(owners, code, from, to, key, id, limit));
    }

    static Read<Map<UUID, Long>> sessionCounts(Collection<UUID> organizations, Filter filter) {
        return SessionRepository.count(organizations, filter.userCode, filter.from(), filter.to());
    }

    Map<UUID, Connection<RejectedEvent>> rejectedEvents(Collection<UUID> organizations, PageQuery<Unfiltered> query) {
        return BY_RECEIVED_AT.pages(
                organizations, query, RejectedEvent::organizationId, rejectedEvents::listUp, rejectedEvents::listDown);
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
