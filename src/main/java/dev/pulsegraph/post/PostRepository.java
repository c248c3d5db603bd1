package dev.pulsegraph.post;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.database.Row;
import dev.pulsegraph.database.SqlArray;
import dev.pulsegraph.paging.Identified;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface PostRepository extends GenericRepository<PostContent, UUID> {
    String COLUMNS =
            "organization_id, id, author_id, title, status, platforms, scheduled_at, published_at, created_at, updated_at";
    String NEWEST_VALUES = "latest_metrics, latest_sums, latest_means";
    String NEWEST_TIMES = "latest_at";

    static Read<List<Post>> byIds(Collection<UUID> ids) {
        return Read.list(
                "select " + COLUMNS + " from posts_core where id = any (cast(:ids as uuid[]))",
                PostRepository::post,
                Map.of("ids", ids));
    }

    /** The newest values of posts that were read without them. */
    static Read<Map<Post, NewestValues>> newest(Collection<Post> posts) {
        Map<UUID, Post> byId = Identified.byId(posts);
        return new Read<>(
                """
                select p.* from unnest(cast(:organizations as uuid[]), cast(:posts as uuid[])) k(organization_id, post_id)
                cross join lateral (
                  select p.id,
                """ + NEWEST_VALUES + ", " + NEWEST_TIMES + """
                 from posts_core p where p.organization_id = k.organization_id and p.id = k.post_id limit 1) p
                """,
                Map.of(
                        "organizations",
                                posts.stream().map(Post::organizationId).toList(),
                        "posts", posts.stream().map(Post::id).toList()),
                rows -> {
                    Map<Post, NewestValues> newest = new HashMap<>();
                    posts.forEach(post -> newest.put(post, NewestValues.NONE));
                    while (rows.next()) {
                        newest.put(Objects.requireNonNull(byId.get(rows.row().uuid(1))), newest(rows.row(), 2, true));
                    }
                    return newest;
                });
    }

    private static Post post(Row row) {
        return post(row, null);
    }

    /** A post of a row that begins with {@link #COLUMNS}. */
    static Post post(Row row, @Nullable NewestValues newest) {
        return new Post(
                row.uuid(2),
                row.uuid(1),
                row.findUuid(3),
                row.findText(4),
                row.constant(5, PostStatus.class),
                row.list(6),
                row.findInstant(7),
                row.findInstant(8),
                row.instant(9),
                row.instant(10),
                newest);
    }

    /** The newest values in {@link #NEWEST_VALUES}, the first of which is at a position, and {@link #NEWEST_TIMES} after them. */
    static NewestValues newest(Row row, int column, boolean withTimes) {
        return new NewestValues(
                row.list(column),
                row.list(column + 1),
                row.list(column + 2),
                withTimes ? row.instants(column + 3) : null);
    }

    @Query("select post_id, content, hashtags, permalink from posts_content where post_id = any (cast(:ids as uuid[]))")
    List<PostContent> listContents(@SqlArray Collection<UUID> ids);

    @Query("""
            select post_id, app.saturated(sum(impressions)) as impressions, app.saturated(sum(reach)) as reach,
              app.saturated(sum(likes)) as likes, app.saturated(sum(comments)) as comments, app.saturated(sum(shares)) as shares, avg(engagement_rate) as engagement_rate,
              max(recorded_at) as recorded_at
            from post_insights where post_id = any (cast(:ids as uuid[])) group by post_id
            """)
    List<PostInsights> listInsights(@SqlArray Collection<UUID> ids);

    /** Times are text: a parameter named as a property of the entity would be bound as {@code java.sql.Timestamp}. */
    @Query("""
            insert into posts_core (organization_id, id, author_id, title, status, platforms, scheduled_at, published_at)
            values (:organization, :id, cast(:author as uuid), cast(:title as text), :status, cast(:platforms as text[]),
              cast(:scheduled as timestamptz), cast(:published as timestamptz))
            """)
    void create(
            UUID organization,
            UUID id,
            @Nullable UUID author,
            @Nullable String title,
            String status,
            @SqlArray List<String> platforms,
            @Nullable String scheduled,
            @Nullable String published);

    @Query("""
            insert into posts_content (organization_id, post_id, content, hashtags, permalink)
            values (:organization, :post, :content, cast(:hashtags as text[]), cast(:permalink as text))
            """)
    void createContent(
            UUID organization, UUID post, String content, @SqlArray List<String> hashtags, @Nullable String permalink);

    /** What is given is set, and the rest left. A post that becomes published without a time is published {@code now}. */
    @Query("""
            update posts_core set
              title = case when :setTitle then cast(:title as text) else title end,
              status = coalesce(cast(:status as text), status),
              platforms = coalesce(cast(:platforms as text[]), platforms),
              scheduled_at = case when :setScheduledAt then cast(:scheduled as timestamptz) else scheduled_at end,
              published_at = case
                when :setPublishedAt then cast(:published as timestamptz)
                when coalesce(cast(:status as text), status) = 'published' then coalesce(published_at, cast(:now as timestamptz))
                else published_at end
            where id = :id
            """)
    long update(
            UUID id,
            boolean setTitle,
            @Nullable String title,
            @Nullable String status,
            @Nullable @SqlArray List<String> platforms,
            boolean setScheduledAt,
            @Nullable String scheduled,
            boolean setPublishedAt,
            @Nullable String published,
            String now);

    @Query("""
            update posts_content set
              content = coalesce(cast(:content as text), content),
              hashtags = coalesce(cast(:hashtags as text[]), hashtags),
              permalink = case when :setPermalink then cast(:permalink as text) else permalink end
            where post_id = :post
            """)
    long updateContent(
            UUID post,
            @Nullable String content,
            @Nullable @SqlArray List<String> hashtags,
            boolean setPermalink,
            @Nullable String permalink);

    @Query("delete from posts_core where id = :id")
    long delete(UUID id);
}
