package dev.pulsegraph.event;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.LocalDate;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface VisitorSecretRepository extends GenericRepository<VisitorSecretRepository.Row, LocalDate> {

    /** The secret of a day, in hexadecimal. As the worker. */
    @Query("select encode(app.visitor_secret(:day), 'hex')")
    String findOrCreate(LocalDate day);

    /** Deletes those of days that are over for hours; answers how many. As the worker. */
    @Query("select prune_visitor_secrets()")
    long prune();

    @MappedEntity("visitor_secrets")
    record Row(@Id LocalDate usedOn) {}
}
