package dev.pulsegraph.request;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.security.KeyOrganizations;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A leaky bucket a caller, and one an organization above those of its keys: an operation takes what it may cost before it
 * runs, and afterwards gets back what it did not use, or owes what it used beyond that. Each process keeps its own buckets.
 */
public class RateLimits {
    private final Share ofCaller;
    private final LoadingCache<String, Bucket> callers;
    private final LoadingCache<UUID, Bucket> organizations;
    private final KeyOrganizations keys;

    public RateLimits(Share ofCaller, Share ofOrganization, KeyOrganizations keys) {
        this.ofCaller = ofCaller;
        this.callers = ofCaller.buckets();
        this.organizations = ofOrganization.buckets();
        this.keys = keys;
    }

    /**
     * What a bucket holds.
     *
     * @param capacity the cost that may be spent at once
     * @param refill the cost that comes back each second
     */
    public record Share(long capacity, long refill) {
        private <K> LoadingCache<K, Bucket> buckets() {
            Bandwidth bandwidth = Bandwidth.builder()
                    .capacity(capacity)
                    .refillGreedy(refill, Duration.ofSeconds(1))
                    .build();
            // One that nobody touched for this long is full again, also when it owed as much as it holds.
            Duration untilFull = Duration.ofSeconds(1 + 2 * capacity / Math.max(1, refill));
            return Caffeine.newBuilder()
                    .maximumSize(100_000)
                    .expireAfterAccess(untilFull)
                    .build(any -> Bucket.builder().addLimit(bandwidth).build());
        }
    }

    /** Takes what something costs, for good. */
    public ConsumptionProbe spend(Credentials credentials, long cost) {
        return take(credentials, cost).probe;
    }

    /** The same, or says when to come again. */
    public void require(Credentials credentials, long cost) {
        ConsumptionProbe probe = spend(credentials, cost);
        if (!probe.isConsumed()) {
            throw new RateLimitExceeded(
                    Math.max(1, TimeUnit.NANOSECONDS.toSeconds(probe.getNanosToWaitForRefill() + 999_999_999)));
        }
    }

    /** Takes what an operation may cost; what it did use is told by {@link Taken#settle}. */
    public Taken take(Credentials credentials, long cost) {
        long wanted = Math.max(1, cost);
        Bucket own = callers.get(credentials.label());
        Bucket shared = organizationBucket(credentials);
        ConsumptionProbe probe = own.tryConsumeAndReturnRemaining(wanted);
        if (probe.isConsumed() && shared != null) {
            ConsumptionProbe ofAll = shared.tryConsumeAndReturnRemaining(wanted);
            if (!ofAll.isConsumed()) {
                own.addTokens(wanted);
                return new Taken(credentials, ofAll, own, shared, wanted);
            }
        }
        return new Taken(credentials, probe, own, shared, wanted);
    }

    private @Nullable Bucket organizationBucket(Credentials credentials) {
        UUID organization = keys.find(credentials);
        return organization == null ? null : organizations.get(organization);
    }

    /** What was taken for one operation, if there was as much. */
    public final class Taken {
        private final Credentials credentials;
        private final ConsumptionProbe probe;
        private final Bucket own;
        private final @Nullable Bucket shared;
        private final long wanted;

        private Taken(
                Credentials credentials, ConsumptionProbe probe, Bucket own, @Nullable Bucket shared, long wanted) {
            this.credentials = credentials;
            this.probe = probe;
            this.own = own;
            this.shared = shared;
            this.wanted = wanted;
        }

        public ConsumptionProbe probe() {
            return probe;
        }

        /** Whether the caller has spent more than half of what there is at once. */
        public boolean isSpendthrift() {
            return own.getAvailableTokens() < ofCaller.capacity / 2;
        }

        /** Gives back what was not used, or takes what was used beyond, and answers what remains; less than none is owed. */
        public long settle(long used) {
            correct(own, wanted, used);
            if (shared != null) {
                correct(shared, wanted, used);
            } else {
                // The first time that a key is used, it shows only meanwhile whose it is.
                Bucket foundOut = organizationBucket(credentials);
                if (foundOut != null) {
                    correct(foundOut, 0, used);
                }
            }
            return own.getAvailableTokens();
        }

        private static void correct(Bucket bucket, long taken, long used) {
            if (used > taken) {
                bucket.consumeIgnoringRateLimits(used - taken);
            } else if (used < taken) {
                bucket.addTokens(taken - used);
            }
        }
    }
}
