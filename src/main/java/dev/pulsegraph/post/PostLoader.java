package dev.pulsegraph.post;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.PageQuery;
import dev.pulsegraph.paging.PageRequest;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Posts of several organizations and parts of several posts, each kind in one statement. */
@Singleton
public class PostLoader {
    private final PostRepository posts;
    private final MediaRepository media;

    PostLoader(PostRepository posts, MediaRepository media) {
        this.posts = posts;
        this.media = media;
    }

    /** A post; null for one the caller may not see. */
    public CompletableFuture<Post> post(Call call, UUID id) {
        return call.find("Post", id, PostRepository::byIds);
    }

    /** The newest values of a post, and when they are of where {@code withTimes} says so. */
    public CompletableFuture<NewestValues> newest(Call call, Post post, boolean withTimes) {
        NewestValues known = post.newest();
        return known == null || (withTimes && known.times() == null)
                ? call.read("post.newest", post, PostRepository::newest)
                : CompletableFuture.completedFuture(known);
    }

    /** Pages of the posts of organizations. */
    static Read<Map<UUID, Connection<Post>>> pages(Collection<UUID> organizations, PageQuery<Filter> query) {
        PageRequest page = query.page();
        Filter filter = query.filter();
        PostOrder order = filter.order();
        boolean up = page.isUp(order.ascending());
        return PostPageRepository.list(
                        new PostPageRepository.Walk(
                                order.field(), up, !filter.filter().isNone(), filter.newest()),
                        organizations,
                        filter.filter(),
                        order.start(page, up),
                        page.limit())
                .map(found -> Connection.pages(organizations, query, found, Post::organizationId, order::cursor));
    }

    static Read<Map<UUID, Long>> counts(Collection<UUID> organizations, Filter filter) {
        return PostPageRepository.count(organizations, filter.filter());
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

    /**
     * Which of an organization's posts, and in what order.
     *
     * @param newest which of their newest values come with them
     */
    record Filter(PostFilter filter, PostOrder order, NewestValues.Part newest) {}
}
