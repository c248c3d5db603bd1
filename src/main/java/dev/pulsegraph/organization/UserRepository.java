package dev.pulsegraph.organization;

import dev.pulsegraph.database.Read;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@JdbcRepository(dialect = Dialect.POSTGRES)
public interface UserRepository extends GenericRepository<User, UUID> {
    /** People by their ids, as far as the caller may see them. */
    static Read<List<User>> byIds(Collection<UUID> ids) {
        return Read.list(
                "select id, name, email from user_profiles where id = any (cast(:ids as uuid[]))",
                User.class,
                Map.of("ids", ids));
    }

    /** A claim the token does not have keeps what is known. An unchanged profile is not written again. */
    @Query("""
            insert into user_profiles as p (id, name, email) values (:id, cast(:name as text), cast(:email as text))
            on conflict (id) do update set name = coalesce(excluded.name, p.name), email = coalesce(excluded.email, p.email)
            where (p.name, p.email) is distinct from (coalesce(excluded.name, p.name), coalesce(excluded.email, p.email))
            """)
    void save(UUID id, @Nullable String name, @Nullable String email);
}
