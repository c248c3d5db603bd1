package dev.pulsegraph.post;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface PostRepository extends GenericRepository<Post, UUID> {
    String COLUMNS =
            "organization_id, id, author_id, title, status, platforms, scheduled_at, published_at, created_at, updated_at";

    @Query("select " + COLUMNS + " from posts_core where id = any (cast(:ids as uuid[]))")
    List<Post> listByIds(@TypeDef(type = DataType.STRING_ARRAY) Collection<UUID> ids);

    @Query("select " + COLUMNS + " from posts_core where id = :id")
    Optional<Post> findById(UUID id);

    @Query("select post_id, content, hashtags, permalink from posts_content where post_id = any (cast(:ids as uuid[]))")
    List<PostContent> listContents(@TypeDef(type = DataType.STRING_ARRAY) Collection<UUID> ids);

    @Query("""
            select post_id, sum(impressions)::bigint as impressions, sum(reach)::bigint as reach, sum(likes)::bigint as likes,
              sum(comments)::bigint as comments, sum(shares)::bigint as shares, avg(engagement_rate) as engagement_rate,
              max(recorded_at) as recorded_at
            from post_insights where post_id = any (cast(:ids as uuid[])) group by post_id
            """)
    List<PostInsights> listInsights(@TypeDef(type = DataType.STRING_ARRAY) Collection<UUID> ids);

    @Query("""
            insert into posts_core (organization_id, id, author_id, title, status, platforms, scheduled_at, published_at)
            values (:organization, :id, cast(:author as uuid), cast(:title as text), :status, cast(:platforms as text[]),
              cast(:scheduledAt as timestamptz), cast(:publishedAt as timestamptz))
            """)
    void create(
            UUID organization,
            UUID id,
            @Nullable UUID author,
            @Nullable String title,
            String status,
            @TypeDef(type = DataType.STRING_ARRAY) List<String> platforms,
            @Nullable Instant scheduledAt,
            @Nullable Instant publishedAt);

    @Query("""
            insert into posts_content (organization_id, post_id, content, hashtags, permalink)
            values (:organization, :post, :content, cast(:hashtags as text[]), cast(:permalink as text))
            """)
    void createContent(
            UUID organization,
            UUID post,
            String content,
            @TypeDef(type = DataType.STRING_ARRAY) List<String> hashtags,
            @Nullable String permalink);

    @Query("""
            update posts_core set
              title = cast(:title as text), status = :status, platforms = cast(:platforms as text[]),
              scheduled_at = cast(:scheduledAt as timestamptz), published_at = cast(:publishedAt as timestamptz)
            where id = :id
            """)
    long update(
            UUID id,
            @Nullable String title,
            String status,
            @TypeDef(type = DataType.STRING_ARRAY) List<String> platforms,
            @Nullable Instant scheduledAt,
            @Nullable Instant publishedAt);

    @Query("""
            update posts_content set content = :content, hashtags = cast(:hashtags as text[]), permalink = cast(:permalink as text)
            where post_id = :post
            """)
    long updateContent(
            UUID post,
            String content,
            @TypeDef(type = DataType.STRING_ARRAY) List<String> hashtags,
            @Nullable String permalink);

    @Query("delete from posts_core where id = :id")
    long delete(UUID id);
}
