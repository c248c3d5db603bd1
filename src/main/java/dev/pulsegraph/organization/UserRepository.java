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
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@JdbcRepository(dialect = Dialect.POSTGRES)
public interface UserRepository extends GenericRepository<User, UUID> {

    String BY_IDS = "select id, name, email from user_profiles where id = any (cast(:ids as uuid[]))";

    @Query(BY_IDS)
    List<User> listByIds(@SqlArray Collection<UUID> ids);

    /** People by their ids, as far as the caller may see them. */
    static Read<Map<UUID, User>> byIds(Collection<UUID> ids) {
        return Read.list(BY_IDS, row -> new User(row.uuid(1), row.findText(2), row.findText(3)), Map.of("ids", ids))
                .map(OrganizationLoader::byId);
    }

    /** A claim the token does not have keeps what is known. An unchanged profile is not written again. */
    @Query("""
            insert into user_profiles as p (id, name, email) values (:id, cast(:name as text), cast(:email as text))
            on conflict (id) do update set name = coalesce(excluded.name, p.name), email = coalesce(excluded.email, p.email)
            where (p.name, p.email) is distinct from (coalesce(excluded.name, p.name), coalesce(excluded.email, p.email))
            """)
    void save(UUID id, @Nullable String name, @Nullable String email);
}
