package dev.pulsegraph.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.support.RawSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand requests that nobody has thought of, made of those that somebody has. None is answered as if the server were
 * at fault, none hangs, and nothing is left of them. They are made at random, since what guides fuzzers such as Jazzer is
 * seen within their own process, and the server and its database are in others.
 *
 * <p>They are the same ones each time, so that a build fails only for what was changed; other ones are found by another {@code
 * -Dfuzz.seed}. {@code -Dfuzz.only} repeats one input of a run, {@code -Dfuzz.inputs} says how many. What was
 * found once is in {@code resources/hostile/found}, and is sent again each time.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FuzzTest {
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 10_000);
    private static final int ONLY = Integer.getInteger("fuzz.only", -1);
    private static final int SENDERS = 8;
    private static final int WARM = 500;
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final int MAX_REPORTED = 10;
    /** Of documents that are kept, and classes that are loaded. */
    private static final int HEAP_TOLERANCE = 32;

    private static final Path FOUND = Path.of("src/test/resources/hostile/found");

    private @Nullable HostileWorld world;
    private List<Input> corpus = List.of();
    private List<String> odd = List.of();

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        // What is sent is judged, and not how often.
        world = new HostileWorld(
                directory,
                "-Dpulsegraph.graphql.rate-capacity=100000000",
                "-Dpulsegraph.graphql.rate-refill=100000000");
        corpus = new Corpus(world.json()).inputs();
        odd = Stream.concat(
                        Lines.of("numbers.txt").stream(),
                        Lines.of("values.txt").stream()
                                .map(line ->
                                        line.substring(line.indexOf(':') + 1).strip()))
                .toList();
    }

    @AfterAll
    void close() {
        if (world != null) {
            world.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> what_was_found_once() throws IOException {
        if (!Files.exists(FOUND)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(FOUND)) {
            return files.sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), file.toUri(), () -> {
                        Attacker somebody = world().attacker(TIMEOUT);
                        Input input = Input.read(Corpus.filled(Files.readString(file), somebody, post(somebody)));
                        assertThat(fault(send(somebody, input))).isNull();
                        assertThat(world().errors()).isEmpty();
                    }));
        }
    }

    @Test
    void random_inputs_are_answered_and_leave_nothing() throws Exception {
        System.out.println("fuzz.seed=" + SEED + ", made of " + corpus.size());
        Map<String, Integer> kinds = new TreeMap<>();
        Queue<String> faults = new ConcurrentLinkedQueue<>();
        long begin = System.nanoTime();
        run(0, ONLY < 0 ? WARM : 0, kinds, faults);
        Resources before = world().resources();
        run(ONLY < 0 ? WARM : ONLY, ONLY < 0 ? INPUTS : ONLY + 1, kinds, faults);
        System.out.println("In " + Reply.since(begin).toSeconds() + " s: " + kinds);
        Resources after = world().resources();
        System.out.println("Before " + before + ", after " + after);
        assertThat(faults.stream().limit(MAX_REPORTED))
                .as("fuzz.seed=%d, %d faults, and the log says %s", SEED, faults.size(), world().errors())
                .isEmpty();
        assertThat(world().errors()).as("fuzz.seed=%d", SEED).isEmpty();
        assertThat(after.heap()).as("megabytes of heap").isLessThan(before.heap() + HEAP_TOLERANCE);
        assertThat(after.threads()).as("threads").isLessThan(before.threads() + 2 * SENDERS);
        assertThat(after.connections()).as("connections in use").isZero();
    }

    private void run(int from, int to, Map<String, Integer> kinds, Queue<String> faults) throws Exception {
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int sender = 0; sender < SENDERS; sender++) {
                int first = from + sender;
                all.add(senders.submit(() -> {
                    sendEach(first, to, kinds, faults);
                    return null;
                }));
            }
            for (Future<?> sender : all) {
                sender.get();
            }
        }
    }

    /** Whoever has deleted their organization, or revoked their keys, is followed by somebody else. */
    private void sendEach(int first, int to, Map<String, Integer> kinds, Queue<String> faults) throws Exception {
        Attacker somebody = null;
        List<Input> theirs = List.of();
        boolean isGone = false;
        for (int i = first; i < to; i += SENDERS) {
            if (somebody == null || isGone) {
                somebody = world().attacker(TIMEOUT);
                theirs = Corpus.filled(corpus, somebody, post(somebody));
            }
            Input input = new Mutator(new Random(SEED * 31 + i), world().json(), theirs, odd).next();
            Reply reply = send(somebody, input);
            isGone = reply.kind().startsWith("401") || reply.text().contains("\"deleteOrganization\":{");
            synchronized (kinds) {
                kinds.merge(input.path().replaceAll("/v1/.*", "/v1") + " " + reply.kind(), 1, Integer::sum);
            }
            String fault = fault(reply);
            if (fault != null) {
                faults.add(
                        "-Dfuzz.seed=" + SEED + " -Dfuzz.only=" + i + " " + fault + " to\n" + shown(input.written()));
                Path kept = Path.of("target", "fuzz", SEED + "-" + i + ".txt");
                Files.createDirectories(kept.getParent());
                Files.writeString(kept, input.written());
            }
        }
    }

    private static String shown(String text) {
        return text.length() < 2_000 ? text : text.substring(0, 2_000) + "…";
    }

    /** A post of theirs; answers its global id. Their keys are made while there is an organization. */
    private String post(Attacker somebody) {
        somebody.key("write");
        somebody.key("ingest");
        UUID post = UUID.randomUUID();
        world().database()
                .execute("insert into posts_core (organization_id, id, title) values ('"
                        + somebody.organization() + "', '" + post
                        + "', 'A post'); insert into posts_content (organization_id, post_id, content) values ('"
                        + somebody.organization() + "', '" + post + "', 'Some words')");
        return GlobalId.encode("Post", post);
    }

    /** What is wrong with an answer; null when nothing is. */
    private static @Nullable String fault(Reply reply) {
        boolean isOurs =
                reply.kind().matches("5\\d\\d.*|.* INTERNAL|101 10(06|11)|" + Reply.SILENCE + "|" + Reply.CLOSED)
                        || reply.text().contains("\"code\":\"INTERNAL\"");
        return isOurs ? reply.kind() + " after " + reply.took().toMillis() + " ms: " + reply.text() : null;
    }

    private Reply send(Attacker somebody, Input input) throws InterruptedException {
        if (input.path().equals(Input.SOCKET)) {
            return messages(input);
        }
        String bearer = switch (input.path()) {
            case "/graphql" -> somebody.token();
            case "/v1/metrics", "/v1/embeddings" -> somebody.key("write");
            default -> somebody.key("ingest");
        };
        return somebody.post(
                input.path(),
                bearer,
                input.type(),
                input.body(),
                "Content-Encoding",
                input.zipped() ? "gzip" : "identity");
    }

    /** Each line is a message, and the last are bytes of any kind; then nothing more comes. */
    private Reply messages(Input input) {
        long begin = System.nanoTime();
        String[] lines = input.text().split("\n", 20);
        try (var socket = RawSocket.open(world().uri("/"), Map.of())) {
            for (String line : lines) {
                socket.text(line);
            }
            if (input.body().length % 3 == 0) {
                socket.bytes(input.body());
            }
            socket.end();
            int code = socket.awaitClose();
            Duration took = Reply.since(begin);
            // Whoever leaves without a word is told none.
            return took.compareTo(TIMEOUT) > 0
                    ? new Reply(Reply.SILENCE, "", 0, took)
                    : new Reply("101 " + (code == 1006 ? "" : code), "", 0, took);
        } catch (IOException ended) {
            return new Reply(
                    "101 ended",
                    new String(ended.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8),
                    0,
                    Reply.since(begin));
        }
    }

    private HostileWorld world() {
        return Objects.requireNonNull(world);
    }
}
