package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.http.InFlightLimit;
import dev.pulsegraph.security.Credentials;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubmissionQueueTest {
    private final SubmissionQueue queue = new SubmissionQueue(10, Duration.ZERO);

    @Test
    void keys_take_turns_so_that_a_flood_of_one_is_waited_for_once() throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            add("flood", "f" + i, 3);
        }
        add("small", "s0", 1);
        add("other", "o0", 1);
        add("small", "s1", 1);
        assertThat(taken()).containsExactly("f0", "s0", "o0", "f1", "s1");
        assertThat(taken()).containsExactly("f2", "f3", "f4");
        assertThat(queue.size()).isEqualTo(103 - 8);
    }

    @Test
    void what_does_not_fit_any_more_is_the_first_of_the_next_batch() throws InterruptedException {
        add("one", "a", 8);
        add("two", "b", 8);
        add("three", "c", 1);
        assertThat(taken()).containsExactly("a");
        assertThat(taken()).containsExactly("b", "c");
    }

    @Test
    void one_that_is_larger_than_a_batch_is_one() throws InterruptedException {
        add("one", "large", 25);
        add("one", "next", 1);
        assertThat(taken()).containsExactly("large");
        assertThat(taken()).containsExactly("next");
    }

    @Test
    void a_key_that_is_held_back_is_passed_over_and_keeps_its_order() throws InterruptedException {
        add("busy", "b0", 1);
        add("other", "o0", 1);
        queue.hold(List.of("busy"));
        add("busy", "b1", 1);
        assertThat(taken()).containsExactly("o0");
        Submission impatient = add("busy", "b2", 1);
        add("busy", "b3", 1);
        assertThat(queue.remove(impatient)).isTrue();
        assertThat(queue.remove(impatient)).isFalse();
        assertThat(queue.size()).isEqualTo(3);
        queue.release(List.of("busy"));
        assertThat(taken()).containsExactly("b0", "b1", "b3");
        assertThat(queue.size()).isZero();
    }

    @Test
    void a_key_that_is_held_back_twice_waits_for_both() throws InterruptedException {
        add("busy", "b0", 1);
        queue.hold(List.of("busy"));
        add("busy", "b1", 1);
        queue.hold(List.of("busy"));
        add("other", "o0", 1);
        queue.release(List.of("busy"));
        assertThat(taken()).containsExactly("o0");
        queue.release(List.of("busy"));
        assertThat(taken()).containsExactly("b0", "b1");
    }

    @Test
    void the_end_waits_for_what_is_held_back() throws InterruptedException {
        queue.hold(List.of("busy"));
        add("busy", "b0", 1);
        queue.close();
        assertThat(queue.add(submission("late", "l0", 1))).isFalse();
        queue.release(List.of("busy"));
        assertThat(taken()).containsExactly("b0");
        assertThat(taken()).isEmpty();
    }

    private Submission add(String key, String name, int events) {
        Submission submission = submission(key, name, events);
        assertThat(queue.add(submission)).isTrue();
        return submission;
    }

    private static Submission submission(String key, String name, int events) {
        ReceivedEvent event = new ReceivedEvent.Invalid(name, "BAD_FIELD", "", null, Instant.EPOCH);
        return new Submission(
                new Credentials.Key(key), Collections.nCopies(events, event), new InFlightLimit(1000).share(key));
    }

    private List<String> taken() throws InterruptedException {
        return queue.take().stream()
                .map(submission -> String.valueOf(submission.events.getFirst().messageId()))
                .toList();
    }
}
