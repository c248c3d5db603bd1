package dev.pulsegraph.organization;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

/** Each method writes all rows of a table in one statement; {@code rows} is a JSON array with the names of the columns. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface OrganizationDemoRepository extends GenericRepository<OrganizationDemoRepository.Row, UUID> {

    @Query("select id from organizations where slug = 'acme'")
    UUID acme();

    /** The secret of the page's key, which follows from the key's id; a key made by somebody else has another. */
    @Query("""
            select s.secret
            from organizations o join api_keys k on k.organization_id = o.id
            cross join lateral (select 'pgk_' || encode(sha256(convert_to('demo page ' || k.id, 'UTF8')), 'hex')) s(secret)
            where o.slug = 'acme' and k.secret_sha256 = sha256(convert_to(s.secret, 'UTF8'))
              and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
            order by k.id limit 1
            """)
    Optional<String> findPageKey();

    @Query("""
            insert into user_profiles (id, name, email)
            select id, name, email from jsonb_to_recordset(cast(:rows as jsonb)) r(id uuid, name text, email text)
            on conflict (id) do nothing
            """)
    void createUsers(String rows);

    @Query("""
            insert into organizations (id, name, slug, description, website, subscription_tier, time_zone)
            select id, name, slug, description, website, subscription_tier, time_zone
            from jsonb_to_recordset(cast(:rows as jsonb))
              r(id uuid, name text, slug text, description text, website text, subscription_tier text, time_zone text)
            """)
    void createOrganizations(String rows);

    @Query("""
            insert into organization_members (organization_id, id, user_id, role)
            select organization_id, id, user_id, role from jsonb_to_recordset(cast(:rows as jsonb))
              r(organization_id uuid, id uuid, user_id uuid, role text)
            """)
    void createMembers(String rows);

    @MappedEntity("organizations")
    record Row(@Id UUID id) {}
}
