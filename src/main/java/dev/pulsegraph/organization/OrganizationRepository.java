package dev.pulsegraph.organization;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.database.SqlArray;
import dev.pulsegraph.problem.Problem;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
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

/** Row security decides what these find; none of them asks who is calling. */
@JdbcRepository(dialect = Dialect.POSTGRES)
public interface OrganizationRepository extends GenericRepository<Organization, UUID> {
    String COLUMNS = """
            id, name, slug, description, website, logo_url, subscription_tier, time_zone, settings, created_at, updated_at""";

    String BY_IDS = "select " + COLUMNS + " from organizations where id = any (cast(:ids as uuid[]))";

    @Query("select " + COLUMNS + " from organizations where slug = :slug")
    Optional<Organization> findBySlug(String slug);

    static Read<Map<String, Organization>> bySlugs(Collection<String> slugs) {
        return Read.list(
                        "select " + COLUMNS + " from organizations where slug = any (cast(:slugs as text[]))",
                        Organization.class,
                        Map.of("slugs", slugs))
                .map(found -> found.stream().collect(Collectors.toMap(Organization::slug, Function.identity())));
    }

    static Read<List<Organization>> byIds(Collection<UUID> ids) {
        return Read.list(BY_IDS, Organization.class, Map.of("ids", ids));
    }

    @Query(BY_IDS)
    List<Organization> listByIds(@SqlArray Collection<UUID> ids);

    /** Refuses what the caller may not see; the argument is called {@code organization}. */
    default void requireVisible(UUID id) {
        if (listByIds(List.of(id)).isEmpty()) {
            throw Problem.notFound("organization", "organization");
        }
    }

    @Query("select " + COLUMNS + " from organizations where slug > :after order by slug limit :limit")
    List<Organization> listAfter(String after, int limit);

    @Query("select " + COLUMNS + " from organizations where slug < :before order by slug desc limit :limit")
    List<Organization> listBefore(String before, int limit);

    /** How many the caller may see, as those of {@code owner}. */
    static Read<Map<UUID, Long>> count(UUID owner) {
        return Read.counts("select cast(:owner as uuid), count(*) from organizations", Map.of("owner", owner));
    }

    /** The organization itself is unknown to the caller until the row is there and the creator is its owner. */
    @Query("""
            insert into organizations (id, name, slug, description, website, logo_url, time_zone)
            values (:id, :name, :slug, cast(:description as text), cast(:website as text), cast(:logoUrl as text),
              coalesce(cast(:timeZone as text), 'UTC'))
            """)
    void create(
            UUID id,
            String name,
            String slug,
            @Nullable String description,
            @Nullable String website,
            @Nullable String logoUrl,
            @Nullable String timeZone);

    /** A flag tells for each column that may be null whether to set it; the others keep their value when given null. */
    @Query("""
            update organizations set
              name = coalesce(cast(:name as text), name),
              slug = coalesce(cast(:slug as text), slug),
              description = case when :setDescription then cast(:description as text) else description end,
              website = case when :setWebsite then cast(:website as text) else website end,
              logo_url = case when :setLogoUrl then cast(:logoUrl as text) else logo_url end,
              subscription_tier = coalesce(cast(:tier as text), subscription_tier),
              time_zone = coalesce(cast(:timeZone as text), time_zone),
              settings = coalesce(cast(:settings as jsonb), settings)
            where id = :id
            """)
    long update(
            UUID id,
            @Nullable String name,
            @Nullable String slug,
            boolean setDescription,
            @Nullable String description,
            boolean setWebsite,
            @Nullable String website,
            boolean setLogoUrl,
            @Nullable String logoUrl,
            @Nullable String tier,
            @Nullable String timeZone,
            @Nullable @TypeDef(type = DataType.JSON) Map<String, Object> settings);

    /** The names that {@code app.time_zone_is_known} takes. */
    @Query("select name from app.time_zones")
    List<String> listTimeZones();

    @Query("delete from organizations where id = :id and slug = :slug")
    long delete(UUID id, String slug);

    @Query("""
            select o.id as organization_id, u.members, u.max_members, u.posts, u.max_posts, u.posts_this_month,
              u.storage_bytes, u.max_storage_bytes
            from unnest(cast(:ids as uuid[])) o(id) cross join lateral get_organization_usage(o.id) u
            """)
    List<OrganizationUsage> listUsages(@SqlArray Collection<UUID> ids);

    /** Whether the caller may see the organization at all, and whether their role reaches {@code role}. */
    @Query("select user_has_org_permission(cast(:user as uuid), cast(:organization as uuid), :role)")
    boolean hasPermission(UUID user, UUID organization, String role);

    /** Whether the caller has at least this role there. */
    @Query("select cast(:id as uuid) = any (app.organizations_with_role(:role))")
    boolean has(String role, UUID id);
}
