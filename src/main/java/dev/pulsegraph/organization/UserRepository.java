package dev.pulsegraph.organization;

import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.POSTGRES)
public interface UserRepository extends GenericRepository<User, UUID> {

    @Query("select id, name, email from user_profiles where id = any (cast(:ids as uuid[]))")
    List<User> listByIds(@SqlArray Collection<UUID> ids);
}
