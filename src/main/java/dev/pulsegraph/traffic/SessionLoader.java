package dev.pulsegraph.traffic;

import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.Cursor;
import dev.pulsegraph.paging.PageRequest;
import dev.pulsegraph.time.TimeRange;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sessions and rejected events of several organizations, a page of each in one statement. */
@Singleton
class SessionLoader {
    static final String BY_FIRST_SEEN = "session.firstSeen";
    static final String BY_RECEIVED_AT = "ingestReject.receivedAt";
    private static final UUID LARGEST = new UUID(-1, -1);

    private final SessionRepository sessions;
    private final IngestRejectPageRepository rejects;

    SessionLoader(SessionRepository sessions, IngestRejectPageRepository rejects) {
        this.sessions = sessions;
        this.rejects = rejects;
    }

    Map<UUID, Connection<Session>> sessions(Collection<UUID> organizations, Wanted wanted) {
        PageRequest page = wanted.page;
        Cursor after = page.cursor();
        String from = wanted.range.from().toString();
        String to = wanted.range.to().toString();
        String beforeAt = after == null ? "infinity" : after.instantKey("after");
        UUID beforeId = after == null ? LARGEST : after.id();
        List<Session> found = wanted.userCode == null
                ? sessions.listPages(organizations, from, to, beforeAt, beforeId, page.limit())
                : sessions.listPages(organizations, wanted.userCode, from, to, beforeAt, beforeId, page.limit());
        return Connection.pages(
                organizations,
                page,
                found,
                Session::organizationId,
                session -> new Cursor(BY_FIRST_SEEN, session.firstSeen().toString(), session.id()));
    }

    Map<UUID, Connection<IngestReject>> rejects(Collection<UUID> organizations, PageRequest page) {
        Cursor after = page.cursor();
        List<IngestReject> found = rejects.listPages(
                organizations,
                after == null ? "infinity" : after.instantKey("after"),
                after == null ? LARGEST : after.id(),
                page.limit());
        return Connection.pages(
                organizations,
                page,
                found,
                IngestReject::organizationId,
                reject -> new Cursor(BY_RECEIVED_AT, reject.receivedAt().toString(), reject.id()));
    }

    /**
     * What is asked of an organization's sessions.
     *
     * @param userCode null for any
     */
    record Wanted(
            PageRequest page, TimeRange range, @Nullable String userCode) {}
}
