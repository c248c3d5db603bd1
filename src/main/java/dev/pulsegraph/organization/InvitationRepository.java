package dev.pulsegraph.organization;

import dev.pulsegraph.database.Read;
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

/** Never {@code select *}: the hash of the token cannot be read. */
@JdbcRepository(dialect = Dialect.POSTGRES)
public interface InvitationRepository extends GenericRepository<Invitation, UUID> {
    String COLUMNS = "id, organization_id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at";

    static Read<List<Invitation>> byIds(Collection<UUID> ids) {
        return Read.list(
                "select " + COLUMNS + " from organization_invitations where id = any (cast(:ids as uuid[]))",
                Invitation.class,
                Map.of("ids", ids));
    }

    @Query("select " + COLUMNS + " from organization_invitations where id = :id")
    Optional<Invitation> findById(UUID id);

    @Query("select " + COLUMNS + """
             from organization_invitations
            where organization_id = any (cast(:organizations as uuid[]))
              and accepted_at is null and revoked_at is null and expires_at > now()
            order by organization_id, created_at desc, id desc
            """)
    List<Invitation> listOpen(@SqlArray Collection<UUID> organizations);

    @Query("""
            update organization_invitations set revoked_at = now()
            where organization_id = :organization and lower(email) = lower(:email) and accepted_at is null and revoked_at is null
            """)
    long revokeOpen(UUID organization, String email);

    @Query("""
            insert into organization_invitations (organization_id, id, email, role, token_sha256, invited_by)
            values (:organization, :id, :email, :role, decode(:tokenSha256, 'hex'), :invitedBy)
            """)
    void create(UUID organization, UUID id, String email, String role, String tokenSha256, UUID invitedBy);

    @Query(
            "update organization_invitations set revoked_at = now() where id = :id and accepted_at is null and revoked_at is null")
    long revoke(UUID id);

    /** Makes the caller a member; answers the organization. */
    @Query("select app.accept_invitation(decode(:tokenSha256, 'hex'), cast(:member as uuid))")
    UUID accept(String tokenSha256, UUID member);
}
