package dev.pulsegraph.post;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.Cursor;
import dev.pulsegraph.paging.PageRequest;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Posts of several organizations and parts of several posts, each kind in one statement. */
@Singleton
class PostLoader {
    private final PostRepository posts;
    private final PostPageRepository pages;
    private final MediaRepository media;

    PostLoader(PostRepository posts, PostPageRepository pages, MediaRepository media) {
        this.posts = posts;
        this.pages = pages;
        this.media = media;
    }

    Map<UUID, PostConnection> pages(Collection<UUID> organizations, Wanted wanted) {
        PageRequest page = wanted.page();
        List<Post> found = rows(organizations, wanted);
        Map<UUID, PostConnection> connections = new HashMap<>();
        Connection.pages(organizations, page, found, Post::organizationId, wanted.order()::cursor)
                .forEach((id, connection) -> connections.put(id, new PostConnection(id, wanted.filter(), connection)));
        return connections;
    }

    Map<UUID, Long> counts(Collection<UUID> organizations, PostFilter f) {
        return pages
                .count(
                        organizations,
                        f.statuses(),
                        f.platforms(),
                        f.author(),
                        text(f.publishedFrom()),
                        text(f.publishedTo()),
                        f.hashtags(),
                        f.pattern())
                .stream()
                .collect(toMap(PostCount::organizationId, PostCount::posts));
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

    /** A page before a cursor is found by walking the other way. */
    private List<Post> rows(Collection<UUID> organizations, Wanted wanted) {
        PostOrder order = wanted.order();
        boolean up = order.ascending() != wanted.page().backward();
        Cursor asked = wanted.page().cursor();
        Cursor from = asked == null ? order.edge(up) : checked(asked, order.field(), wanted.page());
        int limit = wanted.page().limit();
        return wanted.filter().isNone()
                ? unfiltered(organizations, order.field(), up, from, limit)
                : filtered(organizations, wanted.filter(), order.field(), up, from, limit);
    }

    private static Cursor checked(Cursor cursor, PostOrderField field, PageRequest page) {
        return field == PostOrderField.TITLE
                ? cursor
                : new Cursor(cursor.ordering(), cursor.instantKey(page.place()), cursor.id());
    }

    private List<Post> unfiltered(
            Collection<UUID> organizations, PostOrderField field, boolean up, Cursor from, int limit) {
        return switch (field) {
            case PUBLISHED_AT ->
                up
                        ? pages.listPublishedUp(organizations, from.key(), from.id(), limit)
                        : pages.listPublishedDown(organizations, from.key(), from.id(), limit);
            case CREATED_AT ->
                up
                        ? pages.listCreatedUp(organizations, from.key(), from.id(), limit)
                        : pages.listCreatedDown(organizations, from.key(), from.id(), limit);
            case TITLE ->
                up
                        ? pages.listTitleUp(organizations, from.key(), from.id(), limit)
                        : pages.listTitleDown(organizations, from.key(), from.id(), limit);
        };
    }

    private List<Post> filtered(
            Collection<UUID> organizations, PostFilter f, PostOrderField field, boolean up, Cursor from, int limit) {
        String text = f.pattern();
        String publishedFrom = text(f.publishedFrom());
        String publishedTo = text(f.publishedTo());
        return switch (field) {
            case PUBLISHED_AT ->
                up
                        ? pages.listPublishedUp(
                                organizations,
                                f.statuses(),
                                f.platforms(),
                                f.author(),
                                publishedFrom,
                                publishedTo,
                                f.hashtags(),
                                text,
                                from.key(),
                                from.id(),
                                limit)
                        : pages.listPublishedDown(
                                organizations,
                                f.statuses(),
                                f.platforms(),
                                f.author(),
                                publishedFrom,
                                publishedTo,
                                f.hashtags(),
                                text,
                                from.key(),
                                from.id(),
                                limit);
            case CREATED_AT ->
                up
                        ? pages.listCreatedUp(
                                organizations,
                                f.statuses(),
                                f.platforms(),
                                f.author(),
                                publishedFrom,
                                publishedTo,
                                f.hashtags(),
                                text,
                                from.key(),
                                from.id(),
                                limit)
                        : pages.listCreatedDown(
                                organizations,
                                f.statuses(),
                                f.platforms(),
                                f.author(),
                                publishedFrom,
                                publishedTo,
                                f.hashtags(),
                                text,
                                from.key(),
                                from.id(),
                                limit);
            case TITLE ->
                up
                        ? pages.listTitleUp(
                                organizations,
                                f.statuses(),
                                f.platforms(),
                                f.author(),
                                publishedFrom,
                                publishedTo,
                                f.hashtags(),
                                text,
                                from.key(),
                                from.id(),
                                limit)
                        : pages.listTitleDown(
                                organizations,
                                f.statuses(),
                                f.platforms(),
                                f.author(),
                                publishedFrom,
                                publishedTo,
                                f.hashtags(),
                                text,
                                from.key(),
                                from.id(),
                                limit);
        };
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }

    /** What is asked of an organization's posts. */
    record Wanted(PageRequest page, PostFilter filter, PostOrder order) {}
}
