package dev.pulsegraph.telemetry;

import dev.pulsegraph.database.Read;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Prices of models. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface PriceRepository extends GenericRepository<PriceRepository.Key, UUID> {
    /**
     * The price book of each organization: its own prices before listed ones.
     *
     * @param model only prices that fit it, in the order in which they win
     */
    static Read<List<ModelPrice>> book(Collection<UUID> organizations, @Nullable String model) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("organizations", organizations);
        values.put("model", model);
        return Read.list("""
                select o.id, b.own, b.pattern, b.valid_from, cast(b.input_per_million as double precision),
                  cast(b.output_per_million as double precision), b.currency, b.source
                from unnest(cast(:organizations as uuid[])) o(id)
                cross join lateral app.price_book(o.id, cast(:model as text)) b
                order by b.own desc, b.rank desc, b.pattern, b.valid_from desc
                """, ModelPrice.class, values);
    }

    static Read<List<ModelPrice>> own(UUID organization, String pattern, String validFrom) {
        return Read.list(
                """
                select p.organization_id, true, p.pattern, p.valid_from, cast(p.input_per_million as double precision),
                  cast(p.output_per_million as double precision), p.currency, cast(null as text)
                from model_prices p
                where p.organization_id = cast(:organization as uuid) and p.pattern = :pattern
                  and p.valid_from = cast(:validFrom as timestamptz)
                """,
                ModelPrice.class,
                Map.of("organization", organization, "pattern", pattern, "validFrom", validFrom));
    }

    @Query("""
            update model_prices set
              input_per_million = cast(cast(:input as double precision) as numeric),
              output_per_million = cast(cast(:output as double precision) as numeric)
            where organization_id = :organization and pattern = :pattern and valid_from = cast(:validFrom as timestamptz)
            """)
    long replace(UUID organization, String pattern, String validFrom, double input, double output);

    @Query("""
            insert into model_prices (organization_id, pattern, valid_from, input_per_million, output_per_million)
            values (:organization, :pattern, cast(:validFrom as timestamptz), cast(cast(:input as double precision) as numeric),
              cast(cast(:output as double precision) as numeric))
            on conflict on constraint model_prices_pkey do update set
              input_per_million = excluded.input_per_million, output_per_million = excluded.output_per_million
            """)
    void create(UUID organization, String pattern, String validFrom, double input, double output);

    @MappedEntity("model_prices")
    record Key(@Id UUID organizationId) {}
}
