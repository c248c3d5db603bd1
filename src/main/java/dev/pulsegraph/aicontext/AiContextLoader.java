package dev.pulsegraph.aicontext;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.PageQuery;
import dev.pulsegraph.paging.TimeOrder;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** AI context of several organizations, a page of each in one statement. */
final class AiContextLoader {
    static final TimeOrder<AiContextLog> BY_CREATED_AT =
            new TimeOrder<>("aiContext.createdAt", true, AiContextLog::createdAt);

    private AiContextLoader() {}

    static Read<Map<UUID, Connection<AiContextLog>>> pages(Collection<UUID> organizations, PageQuery<Filter> query) {
        return BY_CREATED_AT.pages(
                organizations,
                query,
                AiContextLog::organizationId,
                (up, place) -> AiContextRepository.page(up, place, query.filter().sourceType));
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
