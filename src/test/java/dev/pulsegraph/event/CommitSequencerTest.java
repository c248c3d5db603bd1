package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommitSequencerTest {
    private final CommitSequencer sequencer = new CommitSequencer();
    private final List<Integer> done = Collections.synchronizedList(new ArrayList<>());

    @Test
    void turns_come_in_the_order_they_were_given_whatever_the_order_they_are_awaited_in() throws InterruptedException {
        var random = new Random(7);
        List<Thread> threads = new ArrayList<>();
        List<CommitSequencer.Ticket> given =
                IntStream.range(0, 50).mapToObj(i -> sequencer.next()).toList();
        List<Integer> order = new ArrayList<>(IntStream.range(0, 50).boxed().toList());
        Collections.shuffle(order, random);
        for (int number : order) {
            threads.add(Thread.ofVirtual().start(() -> {
                try (CommitSequencer.Ticket turn = given.get(number)) {
                    turn.await();
                    done.add(number);
                }
            }));
        }
        for (Thread thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(done).isEqualTo(IntStream.range(0, 50).boxed().toList());
    }

    @Test
    void one_that_is_closed_without_having_been_awaited_lets_nobody_pass_those_before_it() throws InterruptedException {
        CommitSequencer.Ticket first = sequencer.next();
        CommitSequencer.Ticket second = sequencer.next();
        CommitSequencer.Ticket third = sequencer.next();
        Thread failing = Thread.ofVirtual().start(second::close);
        Thread waiting = Thread.ofVirtual().start(() -> {
            third.await();
            done.add(3);
        });
        assertThat(waiting.join(Duration.ofMillis(100))).isFalse();
        assertThat(failing.isAlive()).isTrue();
        done.add(1);
        first.close();
        assertThat(waiting.join(Duration.ofSeconds(30))).isTrue();
        assertThat(failing.join(Duration.ofSeconds(30))).isTrue();
        assertThat(done).containsExactly(1, 3);
    }

    @Test
    void whose_turn_it_is_may_await_it_again() {
        CommitSequencer.Ticket only = sequencer.next();
        only.await();
        only.await();
        only.close();
        sequencer.next().await();
    }
}
