package dev.pulsegraph.request;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.pulsegraph.security.Credentials;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;

/**
 * A leaky bucket a caller: an operation takes what it may cost before it runs, and gets back what it did not use.
 * Each process keeps its own buckets.
 */
public class RateLimits {
    private final LoadingCache<String, Bucket> buckets;

    /**
     * Makes the buckets.
     *
     * @param capacity the cost a caller may spend at once
     * @param refill the cost a caller gets back each second
     */
    public RateLimits(long capacity, long refill) {
        Bandwidth bandwidth = Bandwidth.builder()
                .capacity(capacity)
                .refillGreedy(refill, Duration.ofSeconds(1))
                .build();
        // A bucket that nobody touched for this long is full again.
        Duration untilFull = Duration.ofSeconds(1 + capacity / Math.max(1, refill));
        buckets = Caffeine.newBuilder()
                .maximumSize(100_000)
                .expireAfterAccess(untilFull)
                .build(label -> Bucket.builder().addLimit(bandwidth).build());
    }

    public ConsumptionProbe spend(Credentials credentials, long cost) {
        return buckets.get(credentials.label()).tryConsumeAndReturnRemaining(Math.max(1, cost));
    }

    /** Gives back what was not used and answers what remains. */
    public long settle(Credentials credentials, long requested, long actual) {
        Bucket bucket = buckets.get(credentials.label());
        long unused = Math.max(1, requested) - Math.max(1, actual);
        if (unused > 0) {
            bucket.addTokens(unused);
        }
        return bucket.getAvailableTokens();
    }
}
