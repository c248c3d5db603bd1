package dev.pulsegraph.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class ApiKeyUsageFlushTest {
    private static final String KEYS = "{ organization(slug: \"%s\") { apiKeys { lastUsedAt } } }";

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    ApiKeyUsageFlush flush;

    @Test
    void it_writes_when_a_key_was_last_used() {
        var team = fixtures.team();
        String secret = team.apiKey("READ");
        flush.write();
        assertThat(team.asOwner().ask(KEYS.formatted(team.slug())).at("organization.apiKeys.0.lastUsedAt"))
                .isNull();

        Instant before = Instant.now().minusMillis(1);
        api.bearer(secret).ask("{ viewer { operator } }").succeeded();
        flush.write();
        Instant used = lastUsed(team);
        assertThat(used).isBetween(before, Instant.now());

        // Nothing new, nothing written; and never back in time.
        flush.write();
        assertThat(lastUsed(team)).isEqualTo(used);
        superuser.execute(
                "update api_keys set last_used_at = ? where last_used_at is not null",
                java.sql.Timestamp.from(used.plus(Duration.ofDays(1))));
        api.bearer(secret).ask("{ viewer { operator } }").succeeded();
        flush.write();
        assertThat(lastUsed(team)).isEqualTo(used.plus(Duration.ofDays(1)));
    }

    @Test
    void sending_events_is_a_use() {
        var team = fixtures.team();
        var events = api.bearer(team.apiKey("INGEST")).request("/v1/page").header("Content-Type", "application/json");
        assertThat(api.send(events.POST(HttpRequest.BodyPublishers.ofString("{\"userId\": \"u\"}"))
                                .build())
                        .status())
                .isEqualTo(200);
        flush.write();
        assertThat(lastUsed(team)).isBeforeOrEqualTo(Instant.now());
    }

    @Test
    void a_key_that_is_refused_was_not_used() {
        var team = fixtures.team();
        String secret = team.apiKey("READ");
        superuser.execute(
                "update api_keys k set revoked_at = now() from organizations o where o.id = k.organization_id and slug = ?",
                team.slug());
        assertThat(api.bearer(secret).ask("{ viewer { operator } }").status()).isEqualTo(401);
        flush.write();
        assertThat(team.asOwner().ask(KEYS.formatted(team.slug())).at("organization.apiKeys.0.lastUsedAt"))
                .isNull();
    }

    @Test
    void a_use_is_no_administrative_change() {
        var team = fixtures.team();
        String count =
                "select count(*) from audit_log a join organizations o on o.id = a.organization_id where slug = ?";
        String secret = team.apiKey("READ");
        long before = superuser.number(count, team.slug());
        api.bearer(secret).ask("{ viewer { operator } }").succeeded();
        flush.write();
        assertThat(superuser.number(count, team.slug())).isEqualTo(before);
    }

    private static Instant lastUsed(Fixtures.Team team) {
        return Instant.parse(
                team.asOwner().ask(KEYS.formatted(team.slug())).succeeded().text("organization.apiKeys.0.lastUsedAt"));
    }
}
