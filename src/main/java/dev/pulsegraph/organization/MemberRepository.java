package dev.pulsegraph.organization;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.database.SqlArray;
import dev.pulsegraph.paging.TimePlace;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@JdbcRepository(dialect = Dialect.POSTGRES)
public interface MemberRepository extends GenericRepository<Member, UUID> {
    String COLUMNS = "m.id, m.organization_id, m.user_id, m.role, m.status, m.invited_by, m.joined_at";
    String PAGES = "select " + COLUMNS + """
             from unnest(cast(:organizations as uuid[])) o(id) cross join lateral (
              select
            """ + COLUMNS + """
               from organization_members m
              where m.organization_id = o.id and (cast(:role as text) is null or m.role = :role)
            """;
    String UP = TimePlace.up("m", "joined_at");
    String DOWN = TimePlace.down("m", "joined_at");

    static Read<List<Member>> byIds(Collection<UUID> ids) {
        return Read.list(
                "select " + COLUMNS + " from organization_members m where id = any (cast(:ids as uuid[]))",
                Member.class,
                Map.of("ids", ids));
    }

    @Query("select " + COLUMNS + " from organization_members m where id = :id")
    Optional<Member> findById(UUID id);

    @Query("select " + COLUMNS
            + " from organization_members m where organization_id = :organization and user_id = :user")
    Optional<Member> findByUser(UUID organization, UUID user);

    /** The memberships of one user in several organizations. */
    @Query("select " + COLUMNS + """
             from organization_members m
            where organization_id = any (cast(:organizations as uuid[])) and user_id = :user and status = 'active'
            """)
    List<Member> listByUser(@SqlArray Collection<UUID> organizations, UUID user);

    /** Members of each organization from a place on, later joined later or earlier. */
    static Read<List<Member>> page(boolean up, Map<String, ?> place, @Nullable String role) {
        return Read.list(up ? PAGES + UP : PAGES + DOWN, Member.class, place).with("role", role);
    }

    static Read<Map<UUID, Long>> count(Collection<UUID> organizations, @Nullable String role) {
        return Read.counts("""
                        select o.id, (
                          select count(*) from organization_members m
                          where m.organization_id = o.id and (cast(:role as text) is null or m.role = :role))
                        from unnest(cast(:organizations as uuid[])) o(id)
                        """, Map.of("organizations", organizations)).with("role", role);
    }

    @Query("update organization_members set role = :role where id = :id")
    long changeRole(UUID id, String role);

    @Query("update organization_members set status = :status where id = :id")
    long changeStatus(UUID id, String status);

    @Query("delete from organization_members where id = :id")
    long remove(UUID id);

    @Query("""
            select user_id from organization_members
            where organization_id = :organization and role = 'owner' and status = 'active'
            order by joined_at, id limit 1
            """)
    Optional<UUID> findLongestStandingOwner(UUID organization);
}
