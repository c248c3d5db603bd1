package dev.pulsegraph.post;

import dev.pulsegraph.database.OwnerCount;
import dev.pulsegraph.database.Read;
import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Pages of posts: three orders, each up and down, each with and without a filter. Every statement walks one index from
 * a place (key, id) on, for each organization of the batch. The unfiltered ones are apart because the planner would plan
 * anew each time if it had to fold away filters that are not there.
 */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface PostPageRepository extends GenericRepository<Post, UUID> {
    String SELECT = """
            select p.* from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (
              select p.organization_id, p.id, p.author_id, p.title, p.status, p.platforms, p.scheduled_at, p.published_at,
                p.created_at, p.updated_at
              from posts_core p
              where p.organization_id = o.id
            """;
    String FILTER = """
                and (cast(:statuses as text[]) is null or p.status = any (cast(:statuses as text[])))
                and (cast(:platforms as text[]) is null or p.platforms && cast(:platforms as text[]))
                and (cast(:author as uuid) is null or p.author_id = cast(:author as uuid))
                and (cast(:publishedFrom as timestamptz) is null or p.published_at >= cast(:publishedFrom as timestamptz))
                and (cast(:publishedTo as timestamptz) is null or p.published_at < cast(:publishedTo as timestamptz))
                and (cast(:hashtags as text[]) is null or exists (
                  select from posts_content c
                  where c.organization_id = p.organization_id and c.post_id = p.id and c.hashtags && cast(:hashtags as text[])))
                and (cast(:pattern as text) is null or p.title ilike :pattern or exists (
                  select from posts_content c
                  where c.organization_id = p.organization_id and c.post_id = p.id and c.content ilike :pattern))
            """;
    String PUBLISHED_UP = """
                and (p.published_order, p.id) > (cast(:key as timestamptz), cast(:id as uuid))
              order by p.published_order, p.id limit :limit) p""";
    String PUBLISHED_DOWN = """
                and (p.published_order, p.id) < (cast(:key as timestamptz), cast(:id as uuid))
              order by p.published_order desc, p.id desc limit :limit) p""";
    String CREATED_UP = """
                and (p.created_at, p.id) > (cast(:key as timestamptz), cast(:id as uuid))
              order by p.created_at, p.id limit :limit) p""";
    String CREATED_DOWN = """
                and (p.created_at, p.id) < (cast(:key as timestamptz), cast(:id as uuid))
              order by p.created_at desc, p.id desc limit :limit) p""";
    String TITLE_UP = """
                and (p.title_order, p.id) > (cast(:key as text), cast(:id as uuid))
              order by p.title_order, p.id limit :limit) p""";
    String TITLE_DOWN = """
                and (p.title_order, p.id) < (cast(:key as text), cast(:id as uuid))
              order by p.title_order desc, p.id desc limit :limit) p""";

    /** A page of all posts of each organization. */
    static Read<List<Post>> list(
            PostOrderField field, boolean up, Collection<UUID> organizations, String key, UUID id, int limit) {
        return Read.list(
                switch (field) {
                    case PUBLISHED_AT -> up ? SELECT + PUBLISHED_UP : SELECT + PUBLISHED_DOWN;
                    case CREATED_AT -> up ? SELECT + CREATED_UP : SELECT + CREATED_DOWN;
                    case TITLE -> up ? SELECT + TITLE_UP : SELECT + TITLE_DOWN;
                },
                PostRepository::post,
                Map.of("organizations", organizations, "key", key, "id", id, "limit", limit));
    }

    @Query(SELECT + FILTER + PUBLISHED_UP)
    List<Post> listPublishedUp(
            @SqlArray Collection<UUID> organizations,
            @Nullable @SqlArray List<String> statuses,
            @Nullable @SqlArray List<String> platforms,
            @Nullable UUID author,
            @Nullable String publishedFrom,
            @Nullable String publishedTo,
            @Nullable @SqlArray List<String> hashtags,
            @Nullable String pattern,
            String key,
            UUID id,
            int limit);

    @Query(SELECT + FILTER + PUBLISHED_DOWN)
    List<Post> listPublishedDown(
            @SqlArray Collection<UUID> organizations,
            @Nullable @SqlArray List<String> statuses,
            @Nullable @SqlArray List<String> platforms,
            @Nullable UUID author,
            @Nullable String publishedFrom,
            @Nullable String publishedTo,
            @Nullable @SqlArray List<String> hashtags,
            @Nullable String pattern,
            String key,
            UUID id,
            int limit);

    @Query(SELECT + FILTER + CREATED_UP)
    List<Post> listCreatedUp(
            @SqlArray Collection<UUID> organizations,
            @Nullable @SqlArray List<String> statuses,
            @Nullable @SqlArray List<String> platforms,
            @Nullable UUID author,
            @Nullable String publishedFrom,
            @Nullable String publishedTo,
            @Nullable @SqlArray List<String> hashtags,
            @Nullable String pattern,
            String key,
            UUID id,
            int limit);

    @Query(SELECT + FILTER + CREATED_DOWN)
    List<Post> listCreatedDown(
            @SqlArray Collection<UUID> organizations,
            @Nullable @SqlArray List<String> statuses,
            @Nullable @SqlArray List<String> platforms,
            @Nullable UUID author,
            @Nullable String publishedFrom,
            @Nullable String publishedTo,
            @Nullable @SqlArray List<String> hashtags,
            @Nullable String pattern,
            String key,
            UUID id,
            int limit);

    @Query(SELECT + FILTER + TITLE_UP)
    List<Post> listTitleUp(
            @SqlArray Collection<UUID> organizations,
            @Nullable @SqlArray List<String> statuses,
            @Nullable @SqlArray List<String> platforms,
            @Nullable UUID author,
            @Nullable String publishedFrom,
            @Nullable String publishedTo,
            @Nullable @SqlArray List<String> hashtags,
            @Nullable String pattern,
            String key,
            UUID id,
            int limit);

    @Query(SELECT + FILTER + TITLE_DOWN)
    List<Post> listTitleDown(
            @SqlArray Collection<UUID> organizations,
            @Nullable @SqlArray List<String> statuses,
            @Nullable @SqlArray List<String> platforms,
            @Nullable UUID author,
            @Nullable String publishedFrom,
            @Nullable String publishedTo,
            @Nullable @SqlArray List<String> hashtags,
            @Nullable String pattern,
            String key,
            UUID id,
            int limit);
    /** How many posts of each organization the filter finds. */
    @Query("select o.id as organization_id, (select count(*) from posts_core p where p.organization_id = o.id " + FILTER
            + ") as counted from unnest(cast(:organizations as uuid[])) o(id)")
    List<OwnerCount> count(
            @SqlArray Collection<UUID> organizations,
            @Nullable @SqlArray List<String> statuses,
            @Nullable @SqlArray List<String> platforms,
            @Nullable UUID author,
            @Nullable String publishedFrom,
            @Nullable String publishedTo,
            @Nullable @SqlArray List<String> hashtags,
            @Nullable String pattern);
}
