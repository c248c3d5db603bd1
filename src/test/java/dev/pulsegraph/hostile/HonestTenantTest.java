package dev.pulsegraph.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.hostile.HonestClient.Question;
import dev.pulsegraph.hostile.HonestClient.Service;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * One tenant minds his own business while another, or nobody known, does what they can against the server, one thing after
 * the other. None of his requests fails, and of each kind 99 of 100 are answered within a second: that he waits no longer than
 * when he was alone cannot be seen where he, the attacker and the server share two cores. Whoever attacks is told
 * so, and soon; nothing hangs, and nothing is left behind.
 *
 * <p>{@code -Dhostile.only} tries those alone in whose names this pattern is found.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HonestTenantTest {
    private static final Duration QUIET = Duration.ofSeconds(5);
    private static final Duration FAST_ENOUGH = Duration.ofSeconds(1);
    /** Within which 99 of 100 of his requests are answered when he is alone, on two cores that he shares with the server. */
    private static final Duration USUAL = Duration.ofMillis(40);

    private static final int HEAP_TOLERANCE = 24;
    private static final int FILE_TOLERANCE = 16;
    private static final int THREAD_TOLERANCE = 16;
    /** 256 MB of heap, and as much again for everything else. */
    private static final int MAX_RESIDENT = 640;

    private static final String CHART = """
            query ($slug: String!) { organization(slug: $slug) { metrics(query: {
              metrics: ["likes"], granularity: DAY, range: { from: "2026-01-01T00:00:00Z", to: "2026-01-08T00:00:00Z" }
            }) { series { total points { at value } } } } }""";
    private static final String NAME = "query ($slug: String!) { organization(slug: $slug) { name } }";

    private @Nullable HostileWorld world;
    private @Nullable HonestClient honest;
    private @Nullable Attacker tenant;
    private Service<?> quiet = new Service<>("", Map.of(), new ArrayDeque<>());
    private Resources before = new Resources(0, 0, 0, 0, 0);

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        world = new HostileWorld(directory);
        tenant = world.attacker(Duration.ofSeconds(30));
        honest = new HonestClient(questions(tenant));
        haveDocumentKept();
        honest.during(HonestTenantTest::pause);
        quiet = honest.during(HonestTenantTest::pause);
        honest.hangUp();
        before = world.resources();
        assertThat(quiet.failures()).isEmpty();
        System.out.println("Quiet: " + quiet.slow() + ", " + before);
    }

    @AfterAll
    void close() {
        if (honest != null) {
            honest.close();
        }
        if (world != null) {
            world.close();
        }
    }

    /** A server that an attack has ended knows nothing any more when it starts again. */
    private void haveDocumentKept() throws InterruptedException {
        Attacker somebody = Objects.requireNonNull(tenant);
        somebody.post(
                "/graphql", somebody.token(), "application/json", world().json().line(QuestionAttacks.persisted(NAME)));
    }

    private static String pause() throws InterruptedException {
        Thread.sleep(QUIET);
        return "nothing";
    }

    /** His token is the provider's, his document is known by its hash alone. */
    private static List<Question> questions(Attacker somebody) throws InterruptedException {
        String token = HostileWorld.tokenOfProvider(somebody.user());
        String key = somebody.key("ingest");
        Map<String, ?> variables = Map.of("slug", somebody.slug());
        somebody.ask(
                "mutation ($s: [MetricSampleInput!]!) { recordMetrics(input: { organization: \"" + somebody.id()
                        + "\", samples: $s }) { written } }",
                Map.of("s", samples(somebody)));
        Supplier<String> byHash = () -> somebody.world()
                .json()
                .line(Map.of(
                        "variables", variables, "extensions", Map.of("persistedQuery", QuestionAttacks.hashed(NAME))));
        Supplier<String> event =
                () -> "{\"event\":\"Read\",\"anonymousId\":\"visitor\",\"messageId\":\"" + UUID.randomUUID() + "\"}";
        Supplier<String> chart = () -> somebody.world().json().line(Map.of("query", CHART, "variables", variables));
        return List.of(
                new Question("his organization", request(somebody, "/graphql", token, byHash), "\"name\":\"Tenant\""),
                new Question("an event", request(somebody, "/v1/track", key, event), "\"accepted\":1"),
                new Question("a chart", request(somebody, "/graphql", token, chart), "\"total\":70.0"));
    }

    private static List<Map<String, Object>> samples(Attacker somebody) {
        return IntStream.rangeClosed(1, 7)
                .mapToObj(day -> Map.<String, Object>of(
                        "metric",
                        "likes",
                        "entityType",
                        "ACCOUNT",
                        "entity",
                        somebody.organization().toString(),
                        "value",
                        10 * day,
                        "recordedAt",
                        "2026-01-0" + day + "T12:00:00Z"))
                .collect(Collectors.toList());
    }

    private static Supplier<HttpRequest> request(Attacker somebody, String path, String bearer, Supplier<String> body) {
        return () -> HttpRequest.newBuilder(somebody.world().uri(path))
                .timeout(somebody.timeout())
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + bearer)
                .POST(BodyPublishers.ofString(body.get()))
                .build();
    }

    @TestFactory
    Stream<DynamicTest> he_is_served_while_somebody() {
        Pattern only = Pattern.compile(System.getProperty("hostile.only", ""));
        Stream<DynamicTest> attacks = Stream.of(
                        QuestionAttacks.all(),
                        QuestionAttacks.documents(),
                        ValueAttacks.all(),
                        BodyAttacks.all(),
                        ConnectionAttacks.all(),
                        SocketAttacks.all(),
                        AccountAttacks.all())
                .flatMap(all -> all)
                .filter(attack -> only.matcher(attack.name()).find())
                .map(attack -> DynamicTest.dynamicTest(attack.name(), () -> check(attack)));
        return Stream.concat(
                attacks, Stream.of(DynamicTest.dynamicTest("nothing of all that is left", this::checkWhatIsLeft)));
    }

    private void check(Attack attack) throws Exception {
        Attacker attacker = world().attacker(attack.timeout());
        attack.before().prepare(attacker);
        haveDocumentKept();
        Service<Tally> service = honest().during(() -> Tally.of(attack, attacker));
        Tally tally = service.result();
        world().hangUp();
        Resources now = world().resources();
        System.out.println("While somebody " + attack.name() + ": " + tally + "; " + told(service) + "; " + now);
        var softly = new SoftAssertions();
        tally.kinds()
                .keySet()
                .forEach(kind -> softly.assertThat(attack.mayBeAnswered(kind))
                        .as("answered %s, %d times: %s", kind, tally.kinds().get(kind), tally.example(kind))
                        .isTrue());
        softly.assertThat(attack.isAnsweredAsExpected(tally.kinds().keySet()))
                .as("%s is never answered: %s", attack.expected(), tally)
                .isTrue();
        softly.check(() -> attack.after().check(attacker, tally));
        checkService(softly, service);
        softly.assertAll();
    }

    private void checkService(SoftAssertions softly, Service<?> service) {
        softly.assertThat(service.failures()).as(service.told()).isEmpty();
        service.slow()
                .forEach((name, time) -> softly.assertThat(time)
                        .as(
                                "%s, which took %s when all was quiet",
                                name, quiet.slow().get(name))
                        .isLessThan(maxFor(name)));
    }

    /** On a machine that takes longer for everything, a second is longer too. */
    private Duration maxFor(String name) {
        Duration alone = Objects.requireNonNull(quiet.slow().get(name));
        Duration fast = alone.compareTo(USUAL) < 0 ? USUAL : alone;
        return fast.multipliedBy(FAST_ENOUGH.dividedBy(USUAL));
    }

    private String told(Service<?> service) {
        return service.failures().size() + " of his failed, 99 of 100 within "
                + service.slow().entrySet().stream()
                        .map(slow -> "%s %d ms (x %.1f)"
                                .formatted(
                                        slow.getKey(),
                                        slow.getValue().toMillis(),
                                        (double) slow.getValue().toNanos()
                                                / Objects.requireNonNull(
                                                                quiet.slow().get(slow.getKey()))
                                                        .toNanos()))
                        .collect(Collectors.joining(", "));
    }

    private void checkWhatIsLeft() throws Exception {
        Service<String> service = honest().during(HonestTenantTest::pause);
        honest().hangUp();
        Resources now = world().resources();
        System.out.println("Afterwards: " + told(service) + "; " + now + ", before " + before);
        var softly = new SoftAssertions();
        checkService(softly, service);
        softly.assertThat(now.heap()).as("megabytes of heap").isLessThan(before.heap() + HEAP_TOLERANCE);
        softly.assertThat(now.files()).as("open files").isLessThan(before.files() + FILE_TOLERANCE);
        softly.assertThat(now.threads()).as("threads").isLessThan(before.threads() + THREAD_TOLERANCE);
        softly.assertThat(now.connections()).as("connections in use").isZero();
        softly.assertThat(now.resident()).as("megabytes of the process").isLessThan(MAX_RESIDENT);
        softly.assertThat(world().errors()).isEmpty();
        softly.assertThat(world().server().output()).doesNotContain("OutOfMemory", "StackOverflow");
        softly.assertAll();
    }

    private HostileWorld world() {
        return Objects.requireNonNull(world);
    }

    private HonestClient honest() {
        return Objects.requireNonNull(honest);
    }
}
