package dev.pulsegraph.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.security.KeyOrganizations;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
    private static final UUID ORGANIZATION = UUID.randomUUID();

    private final KeyOrganizations keys = new KeyOrganizations();
    private final RateLimits limits = new RateLimits(new RateLimits.Share(100, 1), new RateLimits.Share(150, 1), keys);

    @Test
    void what_was_not_used_comes_back() {
        Credentials user = user();
        assertThat(limits.take(user, 90).settle(10)).isBetween(90L, 91L);
        assertThat(limits.take(user, 90).probe().isConsumed()).isTrue();
    }

    @Test
    void what_was_used_beyond_is_owed() {
        Credentials user = user();
        assertThat(limits.take(user, 10).settle(500)).isBetween(-400L, -399L);
        RateLimits.Taken refused = limits.take(user, 1);
        assertThat(refused.probe().isConsumed()).isFalse();
        assertThat(refused.probe().getNanosToWaitForRefill()).isBetween(399_000_000_000L, 402_000_000_000L);
    }

    @Test
    void who_has_spent_more_than_half_is_a_spendthrift() {
        Credentials user = user();
        assertThat(limits.take(user, 49).isSpendthrift()).isFalse();
        assertThat(limits.take(user, 10).isSpendthrift()).isTrue();
    }

    @Test
    void all_keys_of_an_organization_have_one_share_above_their_own() {
        Credentials.Key one = key(ORGANIZATION);
        Credentials.Key other = key(ORGANIZATION);
        assertThat(limits.spend(one, 100).isConsumed()).isTrue();
        assertThat(limits.spend(other, 51).isConsumed()).isFalse();
        // What was refused for the organization was not taken from the key.
        assertThat(limits.spend(other, 50).isConsumed()).isTrue();
        assertThat(limits.spend(key(UUID.randomUUID()), 100).isConsumed()).isTrue();
    }

    @Test
    void a_key_pays_for_its_organization_from_its_first_operation_on() {
        var first = new Credentials.Key("f".repeat(64));
        RateLimits.Taken taken = limits.take(first, 80);
        keys.remember(first, ORGANIZATION);
        taken.settle(100);
        assertThat(limits.spend(key(ORGANIZATION), 51).isConsumed()).isFalse();
        assertThat(limits.spend(key(ORGANIZATION), 50).isConsumed()).isTrue();
    }

    private static Credentials user() {
        return new Credentials.Token(UUID.randomUUID(), null, null, false);
    }

    private Credentials.Key key(UUID organization) {
        var key = new Credentials.Key((UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", ""));
        keys.remember(key, organization);
        return key;
    }
}
