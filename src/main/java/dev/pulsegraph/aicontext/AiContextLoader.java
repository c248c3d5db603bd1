package dev.pulsegraph.aicontext;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.PageQuery;
import dev.pulsegraph.paging.TimeOrder;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** AI context of several organizations, a page of each in one statement. */
@Singleton
class AiContextLoader {
    static final TimeOrder<AiContextLog> BY_CREATED_AT =
            new TimeOrder<>("aiContext.createdAt", true, AiContextLog::createdAt);

    private final AiContextRepository logs;

    AiContextLoader(AiContextRepository logs) {
        this.logs = logs;
    }

    Map<UUID, Connection<AiContextLog>> pages(Collection<UUID> organizations, PageQuery<Filter> query) {
        String sourceType = query.filter().sourceType;
        return sourceType == null
                ? BY_CREATED_AT.pages(organizations, query, AiContextLog::organizationId, logs::listUp, logs::listDown)
                : BY_CREATED_AT.pages(
                        organizations,
                        query,
                        AiContextLog::organizationId,
                        (owners, key, id, limit) -> logs.listUp(owners, sourceType, key, id, limit),
                        (owners, key, id, limit) -> logs.listDown(owners, sourceType, key, id, limit));
    }

    static Read<Map<UUID, Long>> counts(Collection<UUID> organizations, Filter filter) {
        return AiContextRepository.count(organizations, filter.sourceType);
    }

    /**
     * Which of an organization's AI context.
     *
     * @param sourceType null for any
     */
    record Filter(@Nullable String sourceType) {}
}
