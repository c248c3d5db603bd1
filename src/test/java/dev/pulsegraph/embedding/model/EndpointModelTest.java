package dev.pulsegraph.embedding.model;

import static dev.pulsegraph.support.TextEndpoint.item;
import static dev.pulsegraph.support.TextEndpoint.numbers;
import static dev.pulsegraph.support.TextEndpoint.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.request.StrictJson;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.SettableClock;
import dev.pulsegraph.support.TextEndpoint;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.json.JsonMapper;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The endpoint behaves, and misbehaves in all the ways endpoints do. */
@MicronautTest(transactional = false)
class EndpointModelTest {
    private static final String KEY = "sk-verysecret-0123456789";
    private static final Duration LONG = Duration.ofMinutes(1);

    @Inject
    JsonMapper mapper;

    @Inject
    StrictJson strictJson;

    @Inject
    Json json;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SettableClock clock = new SettableClock();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private TextEndpoint endpoint;

    @BeforeEach
    void open() {
        endpoint = new TextEndpoint();
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void close() {
        endpoint.close();
        root().detachAppender(log);
    }

    @Test
    void texts_become_vectors_in_their_order() {
        var model = model(Map.of());
        assertThat(model.embed(List.of("one", "two", "three"))).containsExactly(vectors("one", "two", "three"));
        assertThat(model.name()).isEqualTo("text-model");
        assertThat(model.dimensions()).isEqualTo(4);
        assertThat(model.isLocal()).isFalse();
        var request = endpoint.requests().getFirst();
        assertThat(request.headers()).containsEntry("Authorization", List.of("Bearer " + KEY));
        assertThat(request.body())
                .isEqualTo(Map.of(
                        "model", "text-model", "input", List.of("one", "two", "three"), "encoding_format", "float"));
    }

    @Test
    void no_text_is_no_request() {
        assertThat(model(Map.of()).embed(List.of())).isEmpty();
        assertThat(endpoint.requests()).isEmpty();
    }

    @Test
    void an_endpoint_without_a_key_is_sent_none() {
        var without = new HashMap<String, Object>();
        without.put("key", null);
        model(without).embed(List.of("one"));
        assertThat(endpoint.requests().getFirst().headers()).doesNotContainKey("Authorization");
    }

    @Test
    void dimensions_and_base64_are_asked_for_where_that_is_set() {
        endpoint.will((exchange, request) -> {
            byte[] bytes = new byte[16];
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .put(TextEndpoint.vector(request.texts().getFirst()));
            String base64 = Base64.getEncoder().encodeToString(bytes);
            TextEndpoint.send(exchange, 200, json.line(Map.of("data", List.of(item(0, base64)))));
        });
        var model = model(Map.of("sendDimensions", true, "encodingFormat", EncodingFormat.BASE64));
        assertThat(model.embed(List.of("größe"))).containsExactly(vectors("größe"));
        assertThat(endpoint.requests().getFirst().body())
                .isEqualTo(Map.of(
                        "model",
                        "text-model",
                        "input",
                        List.of("größe"),
                        "encoding_format",
                        "base64",
                        "dimensions",
                        4));
    }

    @Test
    void a_request_has_so_many_texts_and_characters_at_most() {
        var model = model(Map.of("batchSize", 3, "batchCharacters", 10));
        List<String> texts = List.of("aa", "bb", "cc", "dd", "eeeeeeeeeeeeeeee", "ffffff", "gggg", "h");
        assertThat(model.embed(texts)).containsExactly(vectors(texts.toArray(String[]::new)));
        assertThat(endpoint.requests().stream().map(TextEndpoint.Request::texts))
                .containsExactly(
                        List.of("aa", "bb", "cc"),
                        List.of("dd"),
                        List.of("eeeeeeeeeeeeeeee"),
                        List.of("ffffff", "gggg"),
                        List.of("h"));
    }

    @Test
    void an_answer_in_another_order_is_put_in_order() {
        endpoint.will(endpoint.data(item(2, numbers("c")), item(0, numbers("a")), item(1, numbers("b"))));
        assertThat(model(Map.of()).embed(List.of("a", "b", "c"))).containsExactly(vectors("a", "b", "c"));
    }

    @Test
    void an_answer_without_indexes_is_in_order() {
        endpoint.will(endpoint.data(Map.of("embedding", numbers("a")), Map.of("embedding", numbers("b"))));
        assertThat(model(Map.of()).embed(List.of("a", "b"))).containsExactly(vectors("a", "b"));
    }

    @Test
    void a_failure_of_the_endpoint_is_tried_again() {
        endpoint.will(status(500, "oops"), status(502, ""), endpoint.well());
        assertThat(model(Map.of()).embed(List.of("a"))).containsExactly(vectors("a"));
        assertThat(endpoint.requests()).hasSize(3);
        assertThat(counter("pulsegraph.embedding.requests")).isEqualTo(3);
        assertThat(failures("broken")).isEqualTo(2);
        assertThat(counter("pulsegraph.embedding.texts")).isEqualTo(1);
        assertThat(meters.get("pulsegraph.embedding.duration").timer().count()).isEqualTo(3);
    }

    @Test
    void attempts_have_a_number() {
        endpoint.will(status(500, "oops"));
        unavailable(model(Map.of("attempts", 3)), "its endpoint answered with status 500.");
        assertThat(endpoint.requests()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void retry_after_is_honoured(int status) {
        endpoint.will(status(status, "", "Retry-After", "1"), endpoint.well());
        long begin = System.nanoTime();
        assertThat(model(Map.of()).embed(List.of("a"))).containsExactly(vectors("a"));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(endpoint.requests()).hasSize(2);
    }

    @Test
    void retry_after_may_be_a_date() {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                clock.instant().plusSeconds(2).atZone(ZoneOffset.UTC));
        endpoint.will(status(429, "", "Retry-After", date), endpoint.well());
        long begin = System.nanoTime();
        assertThat(model(Map.of()).embed(List.of("a"))).containsExactly(vectors("a"));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void nobody_waits_longer_than_set_though_the_endpoint_asks() {
        endpoint.will(status(429, "", "Retry-After", "3600"));
        unavailable(
                model(Map.of()), "its endpoint accepts no more requests at the moment, and asks to retry in 3600 s.");
        assertThat(endpoint.requests()).hasSize(1);
        assertThat(failures("limited")).isEqualTo(1);
    }

    @Test
    void nobody_waits_longer_than_they_have_time() {
        endpoint.will(status(429, "", "Retry-After", "3"));
        long begin = System.nanoTime();
        assertThatThrownBy(() -> model(Map.of()).embed(List.of("a"), Duration.ofSeconds(2)))
                .isInstanceOf(EmbeddingUnavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
        assertThat(endpoint.requests()).hasSize(1);
    }

    @Test
    void an_endpoint_that_hangs_is_not_waited_for() {
        var done = new CountDownLatch(1);
        endpoint.will((exchange, request) -> await(done));
        unavailable(model(Map.of("timeout", Duration.ofMillis(200), "attempts", 2)), "did not answer within 200 ms.");
        assertThat(endpoint.requests()).hasSize(2);
        done.countDown();
    }

    @Test
    void a_body_that_never_ends_is_not_waited_for() {
        var done = new CountDownLatch(1);
        endpoint.will((exchange, request) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("{\"data\": [".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            await(done);
        });
        unavailable(model(Map.of("timeout", Duration.ofMillis(300), "attempts", 1)), "did not answer within 300 ms.");
        done.countDown();
    }

    @Test
    void a_cut_connection_is_tried_again() {
        endpoint.will(
                (exchange, request) -> {
                    exchange.sendResponseHeaders(200, 1000);
                    exchange.getResponseBody().write('{');
                },
                endpoint.well());
        assertThat(model(Map.of()).embed(List.of("a"))).containsExactly(vectors("a"));
        assertThat(failures("unreachable")).isEqualTo(1);
    }

    @Test
    void nobody_at_home_is_an_expected_failure() {
        endpoint.close();
        unavailable(model(Map.of()), "its endpoint cannot be reached, or its answer was cut off or is too long.");
    }

    @Test
    void an_answer_without_end_is_cut_off() {
        endpoint.will((exchange, request) -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] blanks = new byte[1 << 16];
            Arrays.fill(blanks, (byte) ' ');
            for (int i = 0; i < 1000; i++) {
                exchange.getResponseBody().write(blanks);
            }
        });
        unavailable(model(Map.of("attempts", 1)), "is too long.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>no</html>",
                "{\"data\": [",
                "[]",
                "{}",
                "null",
                "{\"data\": {}}",
                "{\"data\": [{\"index\": 0, \"embedding\": [NaN, 1, 1, 1]}]}",
                "{\"data\": [{\"index\": 0, \"embedding\": 3}]}",
                "{\"data\": [{\"index\": 1, \"embedding\": [1, 2, 3, 4]}]}",
                "{\"data\": [{\"index\": -1, \"embedding\": [1, 2, 3, 4]}]}",
                "{\"data\": [{\"index\": \"0\", \"embedding\": [1, 2, 3, 4]}]}",
                "{\"data\": [{\"index\": 0, \"embedding\": \"====\"}]}",
                "{\"data\": [{\"index\": 0, \"embedding\": \"AAAA\"}]}",
                "{\"data\": [3]}"
            })
    void an_answer_that_is_none_is_not_used(String body) {
        endpoint.will(status(200, body));
        EmbeddingUnavailable thrown = unavailable(model(Map.of()), "the answer of its endpoint ");
        assertThat(thrown.isBecauseOfTexts()).isFalse();
        assertThat(endpoint.requests()).hasSize(1);
        assertThat(failures("unusable")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\": [{\"index\": 0, \"embedding\": [null, 1, 1, 1]}]}",
                "{\"data\": [{\"index\": 0, \"embedding\": [\"1\", 1, 1, 1]}]}",
                "{\"data\": [{\"index\": 0, \"embedding\": [1e300, 1, 1, 1]}]}",
                "{\"data\": [{\"index\": 0, \"embedding\": [0, 0.0, -0.0, 1e-300]}]}",
                "{\"data\": [{\"index\": 0, \"embedding\": \"AADAfwAAgD8AAIA/AACAPw==\"}]}",
                "{\"data\": [{\"index\": 0, \"embedding\": null}]}",
                "{\"data\": [{\"index\": 0}]}"
            })
    void a_vector_that_is_none_is_not_used(String body) {
        endpoint.will(status(200, body));
        EmbeddingUnavailable thrown = unavailable(model(Map.of()), " of one of the texts.");
        assertThat(thrown.isBecauseOfTexts()).isTrue();
        assertThat(endpoint.requests()).hasSize(1);
    }

    @Test
    void too_few_and_too_many_vectors_are_not_used() {
        endpoint.will(endpoint.data(item(0, numbers("a"))));
        unavailable(model(Map.of()), List.of("a", "b"), "has 1 vectors for 2 texts.");
        endpoint.will(endpoint.data(item(0, numbers("a")), item(1, numbers("b")), item(2, numbers("c"))));
        unavailable(model(Map.of()), List.of("a", "b"), "has 3 vectors for 2 texts.");
        endpoint.will(endpoint.data(item(0, numbers("a")), item(0, numbers("b"))));
        unavailable(model(Map.of()), List.of("a", "b"), "has two vectors for one text.");
    }

    @Test
    void vectors_of_another_size_are_not_used() {
        endpoint.will(endpoint.data(item(0, List.of(1, 2, 3))));
        unavailable(
                model(Map.of()),
                "its endpoint makes vectors of 3 numbers, and pulsegraph.embedding.endpoints.main.dimensions says 4.");
        assertThat(endpoint.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void a_key_that_is_refused_is_named_and_not_shown(int status) {
        endpoint.will(status(status, "{\"error\": {\"message\": \"Incorrect API key provided: " + KEY + "\"}}"));
        unavailable(
                model(Map.of()),
                "its endpoint answered with status " + status
                        + ": it does not accept pulsegraph.embedding.endpoints.main.key.");
        assertThat(endpoint.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void a_redirect_is_not_followed(int status) {
        try (var other = new TextEndpoint()) {
            endpoint.will(status(status, "", "Location", other.url() + "/embeddings"));
            unavailable(model(Map.of()), "see pulsegraph.embedding.endpoints.main.url.");
            assertThat(other.requests()).isEmpty();
            assertThat(endpoint.requests()).hasSize(1);
        }
    }

    @Test
    void texts_that_are_refused_are_told_from_failures_and_speak_against_nobody() {
        var model = model(Map.of());
        endpoint.will(status(400, "{\"error\": {\"message\": \"maximum context length is 8192 tokens\"}}"));
        for (int i = 0; i < 20; i++) {
            assertThat(unavailable(model, "status 400").isBecauseOfTexts()).isTrue();
        }
        assertThat(endpoint.requests()).hasSize(20);
        assertThat(logged()).contains("maximum context length is 8192 tokens");
        endpoint.will(status(400, "{\"error\": {\"message\": \"unknown key " + KEY.substring(3, 12) + "…\"}}"));
        unavailable(model, "status 400");
    }

    @Test
    void an_endpoint_that_fails_again_and_again_is_left_alone_until_it_is_tried_once() {
        var model = model(Map.of("attempts", 1, "recovery", Duration.ofSeconds(30)));
        endpoint.will(status(500, ""));
        for (int i = 0; i < 5; i++) {
            unavailable(model, "status 500");
        }
        assertThat(isOpen()).isTrue();
        unavailable(model, "its endpoint failed repeatedly and is paused for a while.");
        assertThat(endpoint.requests()).hasSize(5);
        assertThat(failures("circuit_open")).isEqualTo(1);

        clock.pass(Duration.ofSeconds(31));
        unavailable(model, "status 500");
        unavailable(model, "failed repeatedly and is paused for a while.");
        assertThat(endpoint.requests()).hasSize(6);

        clock.pass(Duration.ofSeconds(31));
        endpoint.will(endpoint.well());
        assertThat(model.embed(List.of("a"))).containsExactly(vectors("a"));
        assertThat(isOpen()).isFalse();
        assertThat(model.embed(List.of("b"))).containsExactly(vectors("b"));
    }

    @Test
    void so_many_requests_are_sent_at_a_time() {
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        endpoint.will((exchange, request) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            await(new CountDownLatch(1), Duration.ofMillis(50));
            now.decrementAndGet();
            endpoint.well().answer(exchange, request);
        });
        var model = model(Map.of("concurrency", 2));
        Concurrently.call(
                IntStream.range(0, 8).<Callable<List<float[]>>>mapToObj(i -> () -> model.embed(List.of("text " + i))));
        assertThat(most).hasValue(2);
        assertThat(endpoint.requests()).hasSize(8);
    }

    @Test
    void half_a_character_is_no_text() {
        assertThat(unavailable(model(Map.of()), List.of("\ud83d"), "half a character")
                        .isBecauseOfTexts())
                .isTrue();
        assertThat(endpoint.requests()).isEmpty();
    }

    @Test
    void the_key_is_nowhere_to_be_seen() {
        var settings = settings(Map.of());
        assertThat(settings.toString()).doesNotContain(KEY);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(Map.of("key", KEY + "\nHost: evil")))
                .withMessage("pulsegraph.embedding.endpoints.main.key cannot be sent in a header.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(Map.of("url", "https://user:" + KEY + "@host/v1")))
                .withMessageStartingWith("pulsegraph.embedding.endpoints.main.url is not an address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"url", "model", "dimensions"})
    void a_setting_that_is_missing_is_named(String setting) {
        var without = new HashMap<String, Object>();
        without.put(setting, null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(without))
                .withMessageStartingWith("pulsegraph.embedding.endpoints.main." + setting);
    }

    @Test
    void an_address_may_be_whole_and_have_a_query() {
        assertThat(settings(Map.of("url", "https://host/v1/")).address()).hasToString("https://host/v1/embeddings");
        assertThat(settings(Map.of("url", "https://host")).address()).hasToString("https://host/embeddings");
        assertThat(settings(Map.of("url", "https://host/d/m/embeddings?api-version=1"))
                        .address())
                .hasToString("https://host/d/m/embeddings?api-version=1");
        assertThat(settings(Map.of("url", "https://host/v1?x=%20y")).address())
                .hasToString("https://host/v1/embeddings?x=%20y");
    }

    private EmbeddingUnavailable unavailable(EmbeddingModel model, String why) {
        return unavailable(model, List.of("a"), why);
    }

    private EmbeddingUnavailable unavailable(EmbeddingModel model, List<String> texts, String why) {
        var thrown = catchThrowableOfType(EmbeddingUnavailable.class, () -> model.embed(texts, LONG));
        assertThat(thrown)
                .isNotNull()
                .hasMessageStartingWith("The embedding model \"text-model\" cannot answer: ")
                .hasMessageEndingWith(".")
                .hasMessageContaining(why)
                .hasNoCause();
        assertThat(thrown.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(thrown.getMessage()).doesNotContain("verysecret");
        assertThat(logged()).doesNotContain("verysec");
        assertThat(meters.getMetersAsString()).doesNotContain("verysec");
        return thrown;
    }

    private EndpointModel model(Map<String, ? extends @Nullable Object> changes) {
        var settings = settings(changes);
        return new EndpointModel(
                settings,
                new EndpointClient(settings, EmbeddingModels.client(), mapper, strictJson, clock),
                new EndpointMeters(meters, settings.id()),
                clock);
    }

    private EndpointSettings settings(Map<String, ? extends @Nullable Object> changes) {
        var set = new HashMap<String, @Nullable Object>();
        set.put("url", endpoint.url());
        set.put("key", KEY);
        set.put("model", "text-model");
        set.put("dimensions", 4);
        set.putAll(changes);
        return new EndpointSettings(
                "main",
                (String) set.get("url"),
                (String) set.get("key"),
                (String) set.get("model"),
                null,
                (Integer) set.get("dimensions"),
                (boolean) of(set, "sendDimensions", false),
                (EncodingFormat) of(set, "encodingFormat", EncodingFormat.FLOAT),
                (int) of(set, "batchSize", 64),
                (int) of(set, "batchCharacters", 100_000),
                (int) of(set, "concurrency", 4),
                (Duration) of(set, "timeout", Duration.ofSeconds(10)),
                (int) of(set, "attempts", 4),
                Duration.ofMillis(10),
                Duration.ofSeconds(5),
                (Duration) of(set, "recovery", Duration.ofSeconds(30)));
    }

    private static Object of(Map<String, @Nullable Object> set, String name, Object otherwise) {
        Object value = set.get(name);
        return value == null ? otherwise : value;
    }

    private static float[][] vectors(String... texts) {
        return Stream.of(texts).map(TextEndpoint::vector).toArray(float[][]::new);
    }

    private static void await(CountDownLatch latch) throws IOException {
        await(latch, Duration.ofSeconds(20));
    }

    private static void await(CountDownLatch latch, Duration atMost) throws IOException {
        try {
            latch.await(atMost.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private double counter(String name) {
        return meters.get(name).counter().count();
    }

    private double failures(String reason) {
        return meters.get("pulsegraph.embedding.failures")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private boolean isOpen() {
        return meters.get("pulsegraph.embedding.circuit.open").gauge().value() == 1;
    }

    private String logged() {
        return String.join(
                "\n",
                List.copyOf(Collections.synchronizedList(log.list)).stream()
                        .map(ILoggingEvent::getFormattedMessage)
                        .toList());
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
