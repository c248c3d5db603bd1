package dev.pulsegraph.post;

import static dev.pulsegraph.post.PostRepository.COLUMNS;
import static dev.pulsegraph.post.PostRepository.NEWEST_TIMES;
import static dev.pulsegraph.post.PostRepository.NEWEST_VALUES;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.database.Row;
import dev.pulsegraph.paging.Cursor;
import dev.pulsegraph.paging.TimePlace;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Pages of posts: three orders, each up and down, each with and without a filter. Every statement walks one index from
 * a place (key, id) on, for each organization of the batch. The unfiltered ones are apart because the planner would plan
 * anew each time if it had to fold away filters that are not there.
 */
interface PostPageRepository {
    String FROM = """
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
    String PUBLISHED_UP = TimePlace.up("p", "published_order");
    String PUBLISHED_DOWN = TimePlace.down("p", "published_order");
    String CREATED_UP = TimePlace.up("p", "created_at");
    String CREATED_DOWN = TimePlace.down("p", "created_at");
    String TITLE_UP = """
                and (p.title_order, p.id) > (cast(:key as text), cast(:id as uuid))
              order by p.title_order, p.id limit :limit) p""";
    String TITLE_DOWN = """
                and (p.title_order, p.id) < (cast(:key as text), cast(:id as uuid))
              order by p.title_order desc, p.id desc limit :limit) p""";

    String COUNT = "select o.id, (select count(*) from posts_core p where p.organization_id = o.id " + FILTER
            + ") from unnest(cast(:organizations as uuid[])) o(id)";

    /**
     * One of the statements.
     *
     * @param up along the index, from small to large
     */
    record Walk(PostOrderField field, boolean up, boolean isFiltered, NewestValues.Part newest) {
        private static final Map<Walk, String> STATEMENTS = new ConcurrentHashMap<>();

        private String sql() {
            return STATEMENTS.computeIfAbsent(
                    this,
                    walk -> "select p.* from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (select "
                            + COLUMNS + newestColumns() + FROM + (isFiltered ? FILTER : "")
                            + order());
        }

        private String newestColumns() {
            return switch (newest) {
                case NONE -> "";
                case VALUES -> ", " + NEWEST_VALUES;
                case VALUES_AND_TIMES -> ", " + NEWEST_VALUES + ", " + NEWEST_TIMES;
            };
        }

        private Post post(Row row) {
            return PostRepository.post(
                    row,
                    newest == NewestValues.Part.NONE
                            ? null
                            : PostRepository.newest(row, 11, newest == NewestValues.Part.VALUES_AND_TIMES));
        }

        private String order() {
            return switch (field) {
                case PUBLISHED_AT -> up ? PUBLISHED_UP : PUBLISHED_DOWN;
                case CREATED_AT -> up ? CREATED_UP : CREATED_DOWN;
                case TITLE -> up ? TITLE_UP : TITLE_DOWN;
            };
        }
    }

    /** At most {@code limit} posts of each organization that pass the filter, from a place on. */
    static Read<List<Post>> list(Walk walk, Collection<UUID> organizations, PostFilter filter, Cursor from, int limit) {
        Map<String, @Nullable Object> values =
                walk.isFiltered ? values(organizations, filter) : new HashMap<>(Map.of("organizations", organizations));
        values.put("key", from.key());
        values.put("id", from.id());
        values.put("limit", limit);
        return Read.list(walk.sql(), walk::post, values);
    }

    /** How many posts of each organization pass the filter. */
    static Read<Map<UUID, Long>> count(Collection<UUID> organizations, PostFilter filter) {
        return Read.counts(COUNT, values(organizations, filter));
    }

    private static Map<String, @Nullable Object> values(Collection<UUID> organizations, PostFilter filter) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("organizations", organizations);
        values.put("statuses", filter.statuses());
        values.put("platforms", filter.platforms());
        values.put("author", filter.author());
        values.put("publishedFrom", text(filter.publishedFrom()));
        values.put("publishedTo", text(filter.publishedTo()));
        values.put("hashtags", filter.hashtags());
        values.put("pattern", filter.pattern());
        return values;
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }
}
