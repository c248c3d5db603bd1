package dev.pulsegraph.database;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.security.KeyOrganizations;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Which API keys there are, asked before anything is done for one: a body held, a document parsed, anything kept. It opens
 * nothing: whether a key is still valid is asked again by the transaction that acts for it.
 *
 * <p>Keys that are not known yet are looked up together. So however many are made up, they cost a connection or two, and a good
 * one waits for two statements at most.
 */
@Singleton
public class KeyDirectory {
    private static final Duration KNOWN_FOR = Duration.ofMinutes(1);
    /** None becomes known later: a secret is made by us, and nobody can have guessed it before. */
    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(5);

    private static final int MAX_KEPT = 10_000;
    private static final int MAX_WAITING = 4_000;
    private static final int MAX_CONCURRENT = 1_000;
    private static final int CONNECTIONS = 2;
    private static final Duration STATEMENT = Duration.ofSeconds(3);
    private static final Duration MAX_WAIT = Duration.ofSeconds(4);

    private final Function<List<String>, List<KnownKey>> lookup;
    private final Cache<String, Boolean> known = cache(KNOWN_FOR);
    private final Cache<String, Boolean> unknown = cache(UNKNOWN_FOR);
    private final Map<String, CompletableFuture<Boolean>> asked = new HashMap<>();
    private final ArrayDeque<String> waiting = new ArrayDeque<>();
    private int running;

    @Inject
    KeyDirectory(KnownKeyRepository keys, OperationTransaction transaction, KeyOrganizations organizations) {
        this(hashes -> {
            List<KnownKey> found = transaction.asWorker(STATEMENT, () -> keys.list(hashes));
            found.forEach(key -> organizations.remember(new Credentials.Key(key.sha256()), key.organizationId()));
            return found;
        });
    }

    KeyDirectory(Function<List<String>, List<KnownKey>> lookup) {
        this.lookup = lookup;
    }

    private static Cache<String, Boolean> cache(Duration time) {
        return Caffeine.newBuilder()
                .maximumSize(MAX_KEPT)
                .expireAfterWrite(time)
                .build();
    }

    /** Whether there is such a key. It waits for nothing itself; too many that wait already, or a database that is away, is a failure. */
    public CompletableFuture<Boolean> knows(Credentials.Key key) {
        String sha256 = key.sha256();
        if (known.getIfPresent(sha256) != null) {
            return CompletableFuture.completedFuture(true);
        }
        if (unknown.getIfPresent(sha256) != null) {
            return CompletableFuture.completedFuture(false);
        }
        CompletableFuture<Boolean> answer;
        synchronized (this) {
            answer = asked.get(sha256);
            if (answer == null) {
                if (waiting.size() >= MAX_WAITING) {
                    return CompletableFuture.failedFuture(busy());
                }
                answer = new CompletableFuture<>();
                asked.put(sha256, answer);
                waiting.add(sha256);
                if (running < CONNECTIONS) {
                    running++;
                    Thread.ofVirtual().name("api keys").start(this::run);
                }
            }
        }
        return answer.copy().orTimeout(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Refuses a key that is not known; a token has proved itself. It may wait. */
    public void require(Credentials credentials) {
        if (credentials instanceof Credentials.Key key && !isKnown(key)) {
            throw Credentials.Key.unknown();
        }
    }

    private boolean isKnown(Credentials.Key key) {
        try {
            return knows(key).join();
        } catch (CompletionException e) {
            throw failure(e);
        }
    }

    /** What a lookup failed of, as other ways to the database fail. */
    public static RuntimeException failure(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return switch (cause) {
            case TimeoutException late -> busy();
            case RuntimeException failed -> failed;
            default -> new IllegalStateException("API keys cannot be looked up", cause);
        };
    }

    private static Problem busy() {
        return Problem.of(
                ErrorCode.UNAVAILABLE, "API keys cannot be looked up at the moment; try again in a few seconds.");
    }

    private void run() {
        for (List<String> hashes = next(); !hashes.isEmpty(); hashes = next()) {
            Map<String, Boolean> found = new HashMap<>();
            try {
                lookup.apply(hashes).forEach(key -> found.put(key.sha256(), true));
                hashes.forEach(sha256 -> (found.containsKey(sha256) ? known : unknown).put(sha256, true));
                answers(hashes).forEach((sha256, answer) -> answer.complete(found.containsKey(sha256)));
            } catch (Throwable failure) {
                // Whatever it is: who asked must not wait for ever.
                answers(hashes).values().forEach(answer -> answer.completeExceptionally(failure));
            }
        }
    }

    private synchronized List<String> next() {
        List<String> hashes = new ArrayList<>();
        while (hashes.size() < MAX_CONCURRENT && !waiting.isEmpty()) {
            hashes.add(waiting.remove());
        }
        if (hashes.isEmpty()) {
            running--;
        }
        return hashes;
    }

    private synchronized Map<String, CompletableFuture<Boolean>> answers(List<String> hashes) {
        Map<String, CompletableFuture<Boolean>> answers = new HashMap<>();
        for (String sha256 : hashes) {
            CompletableFuture<Boolean> answer = asked.remove(sha256);
            if (answer != null) {
                answers.put(sha256, answer);
            }
        }
        return answers;
    }
}
