package dev.pulsegraph.traffic;

import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.ServerProcess;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.TestDatabase;
import dev.pulsegraph.support.oracle.RandomHistory;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * As {@link TrafficPropertyTest}, over HTTP and through two servers, each a process of its own, that write into one database
 * in turn and at once: the same visitors, the same sessions, some of the same messages. One case is seen again with
 * {@code -Dtraffic.seed=}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrafficProcessesTest {
    private static final String SEED = "traffic.seed";
    private static final int STEPS = 20;
    private static final Duration DOUBT = Duration.ofHours(1);

    private final TestDatabase database = TestDatabase.migrated();
    private final List<ServerProcess> servers = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        servers.add(ServerProcess.start(database, directory));
        servers.add(ServerProcess.start(database, directory));
    }

    @AfterAll
    void close() {
        servers.forEach(ServerProcess::close);
        database.close();
    }

    static LongStream seeds() {
        return RandomHistory.seeds(SEED, 3, 1);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void every_row_is_what_a_recount_gives(long seed) {
        var world = new HttpTrafficWorld(servers, Superuser.of(database), new Json(JsonMapper.createDefault()));
        new TrafficHistory(seed, world, Clock.systemUTC(), DOUBT).run(STEPS, SEED);
    }
}
