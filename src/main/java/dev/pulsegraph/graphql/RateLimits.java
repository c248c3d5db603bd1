package dev.pulsegraph.graphql;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.pulsegraph.security.Credentials;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * A leaky bucket a caller: an operation takes what it may cost before it runs, and gets back what it did not use.
 * Each process keeps its own buckets.
 */
@Singleton
class RateLimits {
    private final LoadingCache<String, Bucket> buckets;

    RateLimits(GraphQLSettings settings) {
        Bandwidth bandwidth = Bandwidth.builder()
                .capacity(settings.rateCapacity())
                .refillGreedy(settings.rateRefill(), Duration.ofSeconds(1))
                .build();
        // A bucket that nobody touched for this long is full again.
        Duration untilFull = Duration.ofSeconds(1 + settings.rateCapacity() / Math.max(1, settings.rateRefill()));
        buckets = Caffeine.newBuilder()
                .maximumSize(100_000)
                .expireAfterAccess(untilFull)
                .build(label -> Bucket.builder().addLimit(bandwidth).build());
    }

    ConsumptionProbe spend(Credentials credentials, long cost) {
        return buckets.get(credentials.label()).tryConsumeAndReturnRemaining(Math.max(1, cost));
    }

    /** Gives back what was not used and answers what remains. */
    long settle(Credentials credentials, long requested, long actual) {
        Bucket bucket = buckets.get(credentials.label());
        long unused = Math.max(1, requested) - Math.max(1, actual);
        if (unused > 0) {
            bucket.addTokens(unused);
        }
        return bucket.getAvailableTokens();
    }
}
