package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.security.KeyOrganizations;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose turn it is, told by operations that run until they are let go. */
class ConnectionSharesTest {
    private static final Demand HEAVY = new Demand(true, false);
    private static final int POOL = 9;

    private final KeyOrganizations keys = new KeyOrganizations();
    private final ConnectionShares shares = shares(Duration.ofSeconds(20), 100);
    private final List<Running> all = new ArrayList<>();
    private final LinkedBlockingQueue<Running> begun = new LinkedBlockingQueue<>();

    private ConnectionShares shares(Duration timeout, int waiting) {
        return new ConnectionShares(
                new ShareSettings(4, 6, 2, waiting, timeout), keys, new SimpleMeterRegistry(), POOL);
    }

    @AfterEach
    void letGo() throws InterruptedException {
        all.forEach(Running::letGo);
        for (Running running : all) {
            running.thread.join();
        }
    }

    @Test
    void a_caller_has_four_at_once_and_the_others_wait() throws InterruptedException {
        Credentials greedy = user();
        start(shares, greedy, Demand.LIGHT, 10);
        List<Running> first = begun(4);
        assertNoneBegins();
        first.getFirst().letGo();
        begun(1);
        assertNoneBegins();
    }

    @Test
    void who_has_fewest_running_comes_next_however_many_waited_before() throws InterruptedException {
        Credentials greedy = user();
        Credentials other = user();
        start(shares, greedy, Demand.LIGHT, 4);
        start(shares, other, Demand.LIGHT, 4);
        // All eight are taken.
        List<Running> running = begun(8);
        start(shares, user(), Demand.LIGHT, 4);
        untilWaiting(4);
        Credentials modest = user();
        start(shares, modest, Demand.LIGHT, 1);
        untilWaiting(5);
        assertNoneBegins();
        running.getFirst().letGo();
        begun(1);
        running.get(1).letGo();
        assertThat(begun(1).getFirst().credentials).isEqualTo(modest);
    }

    @Test
    void all_keys_of_an_organization_have_six_at_once() throws InterruptedException {
        UUID organization = UUID.randomUUID();
        start(shares, key(organization), Demand.LIGHT, 4);
        begun(4);
        start(shares, key(organization), Demand.LIGHT, 4);
        begun(2);
        assertNoneBegins();
        start(shares, key(UUID.randomUUID()), Demand.LIGHT, 1);
        begun(1);
    }

    @Test
    void heavy_ones_are_two_at_once_whoever_they_are_and_others_pass_them() throws InterruptedException {
        for (int i = 0; i < 6; i++) {
            start(shares, user(), HEAVY, 2);
        }
        begun(2);
        assertNoneBegins();
        start(shares, user(), Demand.LIGHT, 4);
        begun(4);
    }

    @Test
    void who_sends_more_than_may_wait_is_refused_at_once() throws InterruptedException {
        ConnectionShares short_ = shares(Duration.ofSeconds(20), 3);
        Credentials greedy = user();
        start(short_, greedy, Demand.LIGHT, 4);
        begun(4);
        start(short_, greedy, Demand.LIGHT, 3);
        untilWaiting(3);
        assertNoneBegins();
        long begin = System.nanoTime();
        assertRefused(short_, greedy, Demand.LIGHT, ErrorCode.RATE_LIMITED, "4 of yours are running and 3 are waiting");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        // Others are none the worse for it.
        start(short_, user(), Demand.LIGHT, 1);
        begun(1);
    }

    @Test
    void who_waits_in_vain_is_told_why() throws InterruptedException {
        ConnectionShares hasty = shares(Duration.ofMillis(100), 100);
        Credentials greedy = user();
        start(hasty, greedy, Demand.LIGHT, 4);
        start(hasty, user(), Demand.LIGHT, 2);
        start(hasty, user(), HEAVY, 2);
        begun(8);
        assertRefused(hasty, greedy, Demand.LIGHT, ErrorCode.RATE_LIMITED, "4 of yours are running");
        assertRefused(hasty, user(), Demand.LIGHT, ErrorCode.UNAVAILABLE, "The server is busy");
        assertRefused(hasty, user(), HEAVY, ErrorCode.UNAVAILABLE, "Too many costly operations");
        // What a socket asks waits on.
        start(hasty, greedy, new Demand(false, true), 1);
        assertNoneBegins();
        Thread.sleep(300);
        all.forEach(Running::letGo);
        begun(1);
    }

    @Test
    void what_is_hopeless_is_told_before_it_waited() throws InterruptedException {
        ConnectionShares slow = shares(Duration.ofSeconds(2), 1_000);
        Credentials greedy = user();
        // Operations are known to take very long.
        for (int i = 0; i < 40; i++) {
            slow.take(user(), Demand.LIGHT, () -> {
                sleep(40);
                return true;
            });
        }
        start(slow, greedy, Demand.LIGHT, 4);
        begun(4);
        start(slow, greedy, new Demand(false, true), 300);
        untilWaiting(300);
        long begin = System.nanoTime();
        assertRefused(slow, greedy, Demand.LIGHT, ErrorCode.RATE_LIMITED, "Too many operations at once");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
    }

    private static void assertRefused(
            ConnectionShares shares, Credentials credentials, Demand demand, ErrorCode code, String sentence) {
        assertThatThrownBy(() -> shares.take(credentials, demand, () -> true))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(code))
                .hasMessageContaining(sentence);
    }

    private void start(ConnectionShares shares, Credentials credentials, Demand demand, int count) {
        for (int i = 0; i < count; i++) {
            all.add(new Running(shares, credentials, demand));
        }
    }

    private List<Running> begun(int count) throws InterruptedException {
        List<Running> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Running one = begun.poll(10, TimeUnit.SECONDS);
            assertThat(one).as("another that begins").isNotNull();
            some.add(one);
        }
        return some;
    }

    /** Until so many wait for their turn: a thread that was started may not have come that far. */
    private void untilWaiting(int count) throws InterruptedException {
        while (all.stream()
                        .filter(running -> running.thread.getState() == Thread.State.TIMED_WAITING)
                        .count()
                < count) {
            Thread.sleep(10);
        }
    }

    private void assertNoneBegins() throws InterruptedException {
        Running one = begun.poll(200, TimeUnit.MILLISECONDS);
        assertThat(one).isNull();
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Credentials user() {
        return new Credentials.Token(UUID.randomUUID(), null, null, false);
    }

    private Credentials key(UUID organization) {
        var key = new Credentials.Key((UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", ""));
        keys.remember(key, organization);
        return key;
    }

    /** An operation that has begun or waits. */
    private final class Running {
        final Credentials credentials;
        final Thread thread;
        private final CountDownLatch end = new CountDownLatch(1);

        Running(ConnectionShares shares, Credentials credentials, Demand demand) {
            this.credentials = credentials;
            this.thread = Thread.ofPlatform().start(() -> run(shares, demand));
        }

        private void run(ConnectionShares shares, Demand demand) {
            try {
                shares.take(credentials, demand, this::wait_);
            } catch (Problem refused) {
                // Only those that wait at the end of a test are.
            }
        }

        private @Nullable Object wait_() {
            begun.add(this);
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        }

        void letGo() {
            end.countDown();
        }
    }
}
