package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Credentials;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a lookup of a key costs, and whom a flood of keys that are made up keeps waiting. */
@Timeout(30)
class KeyDirectoryTest {
    private static final String GOOD = "a good one";

    private final List<List<String>> statements = new CopyOnWriteArrayList<>();
    private final CountDownLatch answered = new CountDownLatch(1);

    @Test
    void one_is_looked_up_once() {
        answered.countDown();
        KeyDirectory keys = new KeyDirectory(this::lookup);
        for (int i = 0; i < 3; i++) {
            assertThat(keys.knows(key(GOOD)).join()).isTrue();
            assertThat(keys.knows(key("made up")).join()).isFalse();
        }
        assertThat(statements).containsExactly(List.of(GOOD), List.of("made up"));
    }

    @Test
    void a_flood_of_keys_that_are_made_up_costs_a_few_statements_on_two_connections() {
        KeyDirectory keys = new KeyDirectory(this::lookup);
        List<CompletableFuture<Boolean>> asked = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            asked.add(keys.knows(key("made up " + i)));
        }
        CompletableFuture<Boolean> good = keys.knows(key(GOOD));
        await(() -> statements.size() == 2);
        answered.countDown();
        assertThat(good.join()).isTrue();
        assertThat(asked).noneMatch(CompletableFuture::join);
        assertThat(statements).hasSizeLessThan(8);
    }

    @Test
    void more_than_can_wait_are_told_to_come_again() {
        KeyDirectory keys = new KeyDirectory(this::lookup);
        int failed = 0;
        for (int i = 0; i < 10_000; i++) {
            failed += keys.knows(key("made up " + i)).isCompletedExceptionally() ? 1 : 0;
        }
        assertThat(failed).isBetween(3_000, 6_000);
        assertThatThrownBy(() -> keys.require(key("one more")))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ErrorCode.UNAVAILABLE));
        answered.countDown();
    }

    @Test
    void a_failure_is_told_to_all_who_wait_and_to_nobody_later() {
        boolean[] fails = {true};
        KeyDirectory keys = new KeyDirectory(hashes -> {
            if (fails[0]) {
                throw new StackOverflowError("the database is away");
            }
            return List.of(new KnownKey(GOOD, UUID.randomUUID(), UUID.randomUUID(), true));
        });
        assertThatThrownBy(() -> keys.require(key(GOOD))).hasStackTraceContaining("the database is away");
        fails[0] = false;
        keys.require(key(GOOD));
    }

    @Test
    void who_waits_too_long_is_told_to_come_again() {
        KeyDirectory keys = new KeyDirectory(this::lookup);
        assertThatThrownBy(() -> keys.require(key(GOOD)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ErrorCode.UNAVAILABLE));
        answered.countDown();
    }

    private List<KnownKey> lookup(List<String> hashes) {
        statements.add(List.copyOf(hashes));
        try {
            answered.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return hashes.stream()
                .filter(GOOD::equals)
                .map(sha256 -> new KnownKey(sha256, UUID.randomUUID(), UUID.randomUUID(), true))
                .toList();
    }

    private static Credentials.Key key(String sha256) {
        return new Credentials.Key(sha256);
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }
}
