package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.security.KeyOrganizations;
import io.micronaut.json.JsonMapper;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What an operation uses is counted, and ends it when it is too much. */
@MicronautTest(transactional = false)
class OperationUsageTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Credentials SOMEBODY = new Credentials.Token(UUID.randomUUID(), null, null, false);
    private static final Credentials OTHER = new Credentials.Token(UUID.randomUUID(), null, null, false);
    private static final String WORD = "x".repeat(1_000);

    @Inject
    CostModel model;

    @Inject
    JsonMapper json;

    @Test
    void it_costs_by_the_weight_of_objects_the_length_of_texts_and_of_vectors() {
        OperationUsage usage = usage(memory(1 << 20), LONG);
        usage.object("Organization");
        for (int i = 0; i < 366; i++) {
            usage.object("MetricPoint");
        }
        usage.object("__Type");
        usage.scalar("short");
        usage.scalar(WORD.repeat(3));
        usage.scalar(Map.of("key", List.of(WORD, WORD)));
        for (int i = 0; i < 384; i++) {
            usage.number();
        }
        // 2.5 of work, 1, 36.6, 0, 0, 3, 2 and 3.84.
        assertThat(usage.cost()).isEqualTo(49);
    }

    @Test
    void time_costs_what_it_is_more_than_the_rest() throws InterruptedException {
        OperationUsage usage = usage(memory(1 << 20), LONG);
        assertThat(usage.costOfTime()).isZero();
        usage.begin(System.nanoTime());
        assertThat(usage.costOfTime()).isZero();
        Thread.sleep(120);
        usage.end();
        long cost = usage.costOfTime();
        // 100 ms at 5, but for 3 that it cost anyway.
        assertThat(cost).isBetween(490L, 5_000L);
        Thread.sleep(20);
        assertThat(usage.costOfTime()).isEqualTo(cost);
    }

    @Test
    void rows_that_are_read_are_bounded_like_objects() {
        OperationUsage usage = usage(memory(1 << 20), LONG);
        usage.rows(1_000);
        assertStops(usage, () -> usage.rows(1), ErrorCode.LIMIT_EXCEEDED, "More than 1000 rows");
    }

    @Test
    void a_caller_holds_half_of_the_memory_of_answers_and_others_are_answered() {
        ResponseMemory memory = memory(1 << 20);
        OperationUsage one = usage(memory, LONG);
        OperationUsage second = usage(memory, LONG);
        fill(one);
        assertStops(second, () -> fill(second), ErrorCode.UNAVAILABLE, "use up the memory");
        OperationUsage other = usage(memory, OTHER, LONG);
        other.object("Organization");
        fill(other);
        assertThat(memory.used()).isBetween(13L << 16, 1L << 20);
        one.close();
        one.close();
        second.close();
        OperationUsage third = usage(memory, LONG);
        fill(third);
        third.close();
        other.close();
        // Nothing is held, or given back twice.
        assertThat(memory.used()).isZero();
    }

    @Test
    void all_keys_of_an_organization_share_its_room() {
        var keys = new KeyOrganizations();
        ResponseMemory memory = new ResponseMemory(1 << 20, keys, Long.MAX_VALUE);
        UUID organization = UUID.randomUUID();
        List<OperationUsage> usages = Stream.of("a", "b")
                .map(name -> new Credentials.Key(name.repeat(64)))
                .peek(key -> keys.remember(key, organization))
                .map(key -> usage(memory, key, LONG))
                .toList();
        fill(usages.getFirst());
        assertStops(usages.getLast(), () -> fill(usages.getLast()), ErrorCode.UNAVAILABLE, "use up the memory");
    }

    @Test
    void one_answer_is_no_longer_than_half_of_that() {
        OperationUsage usage = usage(memory(100_000), LONG);
        assertStops(usage, () -> fill(usage), ErrorCode.LIMIT_EXCEEDED, "longer than 50000 bytes");
    }

    @Test
    void an_answer_that_takes_too_long_to_build_ends() throws InterruptedException {
        OperationUsage usage = usage(memory(1 << 20), Duration.ofMillis(10));
        usage.begin(System.nanoTime());
        Thread.sleep(15);
        assertStops(usage, () -> fill(usage), ErrorCode.TIMEOUT, "longer than 10 ms");
    }

    @Test
    void an_answer_that_takes_too_long_to_write_ends_unless_something_was_changed() throws InterruptedException {
        ResponseWriter writer = new ResponseWriter(json);
        OperationUsage usage = usage(memory(1 << 20), Duration.ofMillis(10));
        usage.begin(System.nanoTime());
        Thread.sleep(15);
        List<String> answer = Collections.nCopies(1_000, WORD);
        assertThat(writer.bytes(new GraphQLResponse.Room(usage, false), answer)).hasSizeGreaterThan(1_000_000);
        assertThatThrownBy(() -> writer.bytes(new GraphQLResponse.Room(usage, true), answer))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("longer than 10 ms");
    }

    @Test
    void what_is_done_again_begins_anew() {
        OperationUsage usage = usage(memory(1 << 20), LONG);
        usage.rows(1_000);
        assertStops(usage, () -> usage.rows(1), ErrorCode.LIMIT_EXCEEDED, "rows");
        usage.begin(System.nanoTime());
        usage.rows(1_000);
        assertThat(usage.stopped()).isNull();
    }

    private static void fill(OperationUsage usage) {
        for (int i = 0; i < 400; i++) {
            usage.scalar(WORD);
        }
    }

    private static void assertStops(OperationUsage usage, ThrowingCallable work, ErrorCode code, String sentence) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(code))
                .hasMessageContaining(sentence);
        assertThat(usage.stopped()).isNotNull();
    }

    private static ResponseMemory memory(long most) {
        return new ResponseMemory(most, new KeyOrganizations(), Long.MAX_VALUE);
    }

    private OperationUsage usage(ResponseMemory memory, Duration deadline) {
        return usage(memory, SOMEBODY, deadline);
    }

    private OperationUsage usage(ResponseMemory memory, Credentials credentials, Duration deadline) {
        return new OperationUsage(model, memory.share(credentials), memory.maxBytesOfOne(), 1_000, deadline, 2.5);
    }
}
