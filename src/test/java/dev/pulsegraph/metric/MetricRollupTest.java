package dev.pulsegraph.metric;

import dev.pulsegraph.metric.oracle.SeriesKey;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rollups follow the samples whoever writes them, in whatever statements. */
@MicronautTest(transactional = false)
class MetricRollupTest {
    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @ParameterizedTest(name = "{0} around {1}")
    @CsvSource({
        "Europe/Berlin, 2025-10-26T01:00:00Z",
        "Asia/Kathmandu, 2025-01-01T00:00:00Z",
        "Australia/Lord_Howe, 2025-04-05T15:00:00Z",
        "America/Havana, 2025-11-02T05:00:00Z",
        "America/St_Johns, 2010-11-07T02:31:00Z",
        "Pacific/Apia, 2011-12-30T10:00:00Z"
    })
    void rollups_follow_every_statement(String zone, Instant border) throws SQLException {
        Random random = new Random(zone.hashCode());
        var world = new MetricWorld(fixtures.team(), superuser, zone);
        UUID organization = world.organization();
        UUID post = UUID.fromString(Worlds.uuid(world.team().post("One")));
        for (int i = 0; i < 8; i++) {
            addSeries(
                    organization,
                    new SeriesKey(
                            i % 2 == 0 ? "post" : "account",
                            i % 2 == 0 ? post : new UUID(0, i),
                            i < 4 ? "likes" : "followers",
                            i < 6 ? "p" + i : "all"));
        }
        superuser.text(
                "select app.make_metric_partitions(array[?::date, ?::date])",
                border.minus(Duration.ofDays(5)).toString(),
                border.plus(Duration.ofDays(5)).toString());
        for (int step = 0; step < 12; step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> write(organization, border, random, 1 + random.nextInt(60));
                case 2 -> {
                    long seed = random.nextLong();
                    Concurrently.call(IntStream.range(0, 4).mapToObj(i -> (Callable<Boolean>) () -> {
                        Random own = new Random(seed + i);
                        for (int j = 0; j < 3; j++) {
                            write(organization, border, own, 20);
                        }
                        return true;
                    }));
                }
                case 3 ->
                    superuser.execute(
                            "update metric_readings set metric_value = round(metric_value / 2, 3) where organization_id = ? and abs(hashtext(recorded_at::text)) % 3 = ?",
                            organization, random.nextInt(3));
                case 4 ->
                    superuser.execute(
                            "delete from metric_readings where organization_id = ? and abs(hashtext(recorded_at::text || series_id)) % 3 = ?",
                            organization, random.nextInt(3));
                default ->
                    superuser.execute(
                            "delete from metric_series where organization_id = ? and id = (select max(id) from metric_series where organization_id = ?)",
                            organization,
                            organization);
            }
            world.ledger = world.stored();
            world.compareTiers();
        }
    }

    private void addSeries(UUID organization, SeriesKey key) {
        superuser.execute(
                "insert into metric_series (organization_id, entity_type, entity_id, metric, platform) values (?, ?, ?, ?, ?)",
                organization,
                key.entityType(),
                key.entity(),
                key.metric(),
                key.platform());
    }

    /** Two statements in one transaction, the second of which meets samples of the first. */
    private void write(UUID organization, Instant border, Random random, int size) throws SQLException {
        try (Connection connection = superuser.connect()) {
            connection.setAutoCommit(false);
            try (PreparedStatement lock = connection.prepareStatement("select app.lock(?, 'metrics')")) {
                lock.setObject(1, organization);
                lock.execute();
            }
            for (int i = 0; i < 2; i++) {
                insert(connection, organization, border, random, size);
            }
            connection.commit();
        }
    }

    private static void insert(Connection connection, UUID organization, Instant border, Random random, int size)
            throws SQLException {
        List<String> times = new ArrayList<>();
        List<BigDecimal> values = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            times.add(border.plus(Duration.ofMinutes(random.nextInt(6_000) - 3_000))
                    .toString());
            values.add(BigDecimal.valueOf(random.nextInt(5_000), 2));
            numbers.add(random.nextInt(8));
        }
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into metric_readings as t (organization_id, series_id, recorded_at, metric_value)
                select distinct on (s.id, v.at) s.organization_id, s.id, v.at, v.value
                from unnest(?::timestamptz[], ?::numeric[], ?::int[]) v(at, value, number)
                join (
                  select organization_id, id, row_number() over (order by id) - 1 as number
                  from metric_series where organization_id = ?) s on s.number = v.number
                on conflict (organization_id, series_id, recorded_at) do update set metric_value = excluded.metric_value""")) {
            insert.setArray(1, connection.createArrayOf("text", times.toArray()));
            insert.setArray(2, connection.createArrayOf("numeric", values.toArray()));
            insert.setArray(3, connection.createArrayOf("int", numbers.toArray()));
            insert.setObject(4, organization);
            insert.executeUpdate();
        }
    }
}
