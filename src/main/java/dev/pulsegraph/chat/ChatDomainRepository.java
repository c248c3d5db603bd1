package dev.pulsegraph.chat;

import dev.pulsegraph.database.Read;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Chat domains. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface ChatDomainRepository extends GenericRepository<ChatDomainRepository.Key, UUID> {
    String DOMAINS = """
            select d.id, d.organization_id, d.domain, d.name, d.description, d.active, d.created_at, d.updated_at
            from chat_domains d
            """;

    static Read<List<ChatDomain>> byIds(Collection<UUID> ids) {
        return Read.list(DOMAINS + "where d.id = any (cast(:ids as uuid[]))", ChatDomain.class, Map.of("ids", ids));
    }

    static Read<List<ChatDomain>> byOrganizations(Collection<UUID> organizations) {
        return Read.list(
                DOMAINS + "where d.organization_id = any (cast(:organizations as uuid[])) order by d.domain, d.id",
                ChatDomain.class,
                Map.of("organizations", organizations));
    }

    @Query("""
            insert into chat_domains (organization_id, id, domain, name, description, active)
            values (:organization, :id, lower(:domain), cast(:name as text), cast(:description as text),
              coalesce(cast(:active as boolean), true))
            """)
    void create(
            UUID organization,
            UUID id,
            String domain,
            @Nullable String name,
            @Nullable String description,
            @Nullable Boolean active);

    @Query("""
            update chat_domains set
              domain = coalesce(lower(cast(:domain as text)), domain),
              name = case when :setName then cast(:name as text) else name end,
              description = case when :setDescription then cast(:description as text) else description end,
              active = coalesce(cast(:active as boolean), active)
            where organization_id = :organization and id = :id
            """)
    long update(
            UUID organization,
            UUID id,
            @Nullable String domain,
            boolean setName,
            @Nullable String name,
            boolean setDescription,
            @Nullable String description,
            @Nullable Boolean active);

    @Query("delete from chat_domains where id = :id")
    long delete(UUID id);

    @MappedEntity("chat_domains")
    record Key(@Id UUID id) {}
}
