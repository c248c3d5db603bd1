package dev.pulsegraph.post;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import dev.pulsegraph.database.OwnerCount;
import dev.pulsegraph.database.Read;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.Cursor;
import dev.pulsegraph.paging.PageQuery;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Posts of several organizations and parts of several posts, each kind in one statement. */
@Singleton
public class PostLoader {
    private final PostRepository posts;
    private final PostPageRepository pages;
    private final MediaRepository media;

    PostLoader(PostRepository posts, PostPageRepository pages, MediaRepository media) {
        this.posts = posts;
        this.pages = pages;
        this.media = media;
    }

    /** A post; null for one the caller may not see. */
    public CompletableFuture<Post> post(Call call, UUID id) {
        return call.read("post", id, PostRepository::byIds);
    }

    /** Pages of all posts of organizations. */
    static Read<Map<UUID, Connection<Post>>> pages(Collection<UUID> organizations, PageQuery<Filter> query) {
        PostOrder order = query.filter().order();
        boolean up = query.page().isUp(order.ascending());
        Cursor from = order.start(query.page(), up);
        return PostPageRepository.list(
                        order.field(),
                        up,
                        organizations,
                        from.key(),
                        from.id(),
                        query.page().limit())
                .map(found -> pages(organizations, query, found));
    }

    /** Pages of those posts that pass the filter. */
    Map<UUID, Connection<Post>> filteredPages(Collection<UUID> organizations, PageQuery<Filter> query) {
        return pages(organizations, query, filtered(organizations, query));
    }

    private static Map<UUID, Connection<Post>> pages(
            Collection<UUID> organizations, PageQuery<Filter> query, List<Post> found) {
        return Connection.pages(
                organizations,
                query,
                found,
                Post::organizationId,
                query.filter().order()::cursor);
    }

    Map<UUID, Long> counts(Collection<UUID> organizations, Filter filter) {
        PostFilter f = filter.filter();
        return OwnerCount.byOwner(pages.count(
                organizations,
                f.statuses(),
                f.platforms(),
                f.author(),
                text(f.publishedFrom()),
                text(f.publishedTo()),
                f.hashtags(),
                f.pattern()));
    }

    Map<UUID, PostContent> contents(Set<UUID> ids) {
        return posts.listContents(ids).stream().collect(toMap(PostContent::postId, Function.identity()));
    }

    Map<UUID, PostInsights> insights(Set<UUID> ids) {
        return posts.listInsights(ids).stream().collect(toMap(PostInsights::postId, Function.identity()));
    }

    Map<UUID, List<MediaFile>> media(Set<UUID> ids) {
        Map<UUID, List<MediaFile>> files = media.listByPosts(ids).stream()
                .collect(groupingBy(LinkedMediaFile::postId, HashMap::new, mapping(LinkedMediaFile::file, toList())));
        ids.forEach(id -> files.putIfAbsent(id, List.of()));
        return files;
    }

    private List<Post> filtered(Collection<UUID> organizations, PageQuery<Filter> query) {
        PostOrder order = query.filter().order();
        boolean up = query.page().isUp(order.ascending());
        Cursor from = order.start(query.page(), up);
        PostFilter f = query.filter().filter();
        return filteredWalk(order.field(), up)
                .list(
                        organizations,
                        f.statuses(),
                        f.platforms(),
                        f.author(),
                        text(f.publishedFrom()),
                        text(f.publishedTo()),
                        f.hashtags(),
                        f.pattern(),
                        from.key(),
                        from.id(),
                        query.page().limit());
    }

    private FilteredWalk filteredWalk(PostOrderField field, boolean up) {
        return switch (field) {
            case PUBLISHED_AT -> up ? pages::listPublishedUp : pages::listPublishedDown;
            case CREATED_AT -> up ? pages::listCreatedUp : pages::listCreatedDown;
            case TITLE -> up ? pages::listTitleUp : pages::listTitleDown;
        };
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }

    /** The signature that the filtered statements of {@link PostPageRepository} share. */
    private interface FilteredWalk {
        List<Post> list(
                Collection<UUID> organizations,
                @Nullable List<String> statuses,
                @Nullable List<String> platforms,
                @Nullable UUID author,
                @Nullable String publishedFrom,
                @Nullable String publishedTo,
                @Nullable List<String> hashtags,
                @Nullable String pattern,
                String key,
                UUID id,
                int limit);
    }

    /** Which of an organization's posts, and in what order. */
    record Filter(PostFilter filter, PostOrder order) {}
}
