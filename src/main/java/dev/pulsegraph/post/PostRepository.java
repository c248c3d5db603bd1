package dev.pulsegraph.post;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.database.Row;
import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface PostRepository extends GenericRepository<Post, UUID> {
    String COLUMNS =
            "organization_id, id, author_id, title, status, platforms, scheduled_at, published_at, created_at, updated_at";

    String BY_IDS = "select " + COLUMNS + " from posts_core where id = any (cast(:ids as uuid[]))";

    @Query(BY_IDS)
    List<Post> listByIds(@SqlArray Collection<UUID> ids);

    /** Those of these ids. */
    static Read<Map<UUID, Post>> byIds(Collection<UUID> ids) {
        return Read.list(BY_IDS, PostRepository::post, Map.of("ids", ids))
                .map(found -> found.stream().collect(Collectors.toMap(Post::id, Function.identity())));
    }

    /** A post of a row of {@link #COLUMNS}. */
    static Post post(Row row) {
        return new Post(
                row.uuid(2),
                row.uuid(1),
                row.findUuid(3),
                row.findText(4),
                row.constant(5, PostStatus.class),
                row.texts(6),
                row.findInstant(7),
                row.findInstant(8),
                row.instant(9),
                row.instant(10));
    }

    @Query("select " + COLUMNS + " from posts_core where id = :id")
    Optional<Post> findById(UUID id);

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
