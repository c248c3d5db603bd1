package dev.pulsegraph.organization;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Never {@code select *}: the hash of the secret cannot be read. */
@JdbcRepository(dialect = Dialect.POSTGRES)
public interface ApiKeyRepository extends GenericRepository<ApiKey, UUID> {
    String COLUMNS = "id, organization_id, name, prefix, scopes, created_at, expires_at, revoked_at, last_used_at";

    static Read<List<ApiKey>> byIds(Collection<UUID> ids) {
        return Read.list(
                "select " + COLUMNS + " from api_keys where id = any (cast(:ids as uuid[]))",
                ApiKey.class,
                Map.of("ids", ids));
    }

    @Query("select " + COLUMNS + " from api_keys where id = :id")
    Optional<ApiKey> findById(UUID id);

    @Query("select " + COLUMNS + """
             from api_keys where organization_id = any (cast(:organizations as uuid[]))
            order by organization_id, created_at desc, id desc
            """)
    List<ApiKey> listByOrganizations(@SqlArray Collection<UUID> organizations);

    @Query("""
            insert into api_keys (organization_id, id, name, prefix, secret_sha256, scopes, created_by, expires_at)
            values (:organization, :id, :name, :prefix, decode(:secretSha256, 'hex'), cast(:scopes as text[]), :createdBy,
              cast(:expiresAt as timestamptz))
            """)
    void create(
            UUID organization,
            UUID id,
            String name,
            String prefix,
            String secretSha256,
            @SqlArray List<String> scopes,
            UUID createdBy,
            @Nullable Instant expiresAt);

    @Query("update api_keys set revoked_at = coalesce(revoked_at, now()) where id = :id")
    long revoke(UUID id);

    /** Notes when keys were last used, each at the same place as its time; never back in time. */
    @Query("""
            update api_keys k set last_used_at = u.used_at
            from unnest(cast(:keys as uuid[]), cast(:times as timestamptz[])) u(id, used_at)
            where k.id = u.id and coalesce(k.last_used_at, '-infinity') < u.used_at
            """)
    long saveUsage(@SqlArray List<UUID> keys, @SqlArray List<String> times);
}
