package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.security.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Visitors of pages that keep nothing in the browser. */
class DailyVisitorsTest {
    private static final UUID ACME = UUID.randomUUID();
    private static final UUID GLOBEX = UUID.randomUUID();
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
    private static final String ADDRESS = "203.0.113.77";
    private static final String CHROME = "Mozilla/5.0 Chrome/140.0.0.0";

    private final DailyVisitors visitors = new DailyVisitors(day -> Sha256.of("secret of " + day));

    @Test
    void a_visitor_is_the_same_all_day() {
        String visitor = visitor(ACME, NOON, ADDRESS, CHROME);
        assertThat(visitor).matches("daily:[0-9a-f]{32}");
        for (String time :
                new String[] {"2026-05-01T00:00:00Z", "2026-05-01T09:30:00Z", "2026-05-01T23:59:59.999999Z"}) {
            assertThat(visitor(ACME, Instant.parse(time), ADDRESS, CHROME)).isEqualTo(visitor);
        }
    }

    @Test
    void a_visitor_is_another_one_for_each_day_organization_address_and_program() {
        String visitor = visitor(ACME, NOON, ADDRESS, CHROME);
        assertThat(new String[] {
                    visitor,
                    visitor(GLOBEX, NOON, ADDRESS, CHROME),
                    visitor(ACME, NOON.plus(Duration.ofDays(1)), ADDRESS, CHROME),
                    visitor(ACME, NOON, "203.0.113.78", CHROME),
                    visitor(ACME, NOON, null, CHROME),
                    visitor(ACME, NOON, ADDRESS, "Mozilla/5.0 Firefox/143.0"),
                    visitor(ACME, NOON, ADDRESS, null)
                })
                .doesNotHaveDuplicates();
    }

    @Test
    void another_secret_makes_other_visitors() {
        var others = new DailyVisitors(day -> Sha256.of("another secret of " + day));
        var origin = new EventOrigin(NOON, Map.of(), ADDRESS, CHROME, true, null, null);
        assertThat(others.of(origin, NOON).apply(ACME)).isNotEqualTo(visitor(ACME, NOON, ADDRESS, CHROME));
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:1:2:aaaa::1, 2001:db8:1:2:bbbb::2, true",
        "2001:db8:1:2:aaaa::1, 2001:db8:1:3:aaaa::1, false",
        "203.0.113.77, ::ffff:203.0.113.77, true"
    })
    void an_address_of_ipv6_counts_by_its_network(String one, String other, boolean same) {
        assertThat(visitor(ACME, NOON, one, CHROME).equals(visitor(ACME, NOON, other, CHROME)))
                .isEqualTo(same);
    }

    /** When it happened, when it was received, and the day whose secret counts. */
    @ParameterizedTest
    @CsvSource({
        "2026-05-01T23:59:58Z, 2026-05-02T00:00:03Z, 2026-05-01",
        "2026-05-01T23:59:58Z, 2026-05-02T00:59:58Z, 2026-05-01",
        "2026-05-01T22:00:00Z, 2026-05-02T00:30:00Z, 2026-05-01",
        "2026-05-01T23:59:58Z, 2026-05-02T01:00:00Z, 2026-05-02",
        "2026-04-28T12:00:00Z, 2026-05-02T12:00:00Z, 2026-05-02",
        "2026-05-02T00:00:01Z, 2026-05-01T23:59:59Z, 2026-05-01"
    })
    void an_event_that_is_late_at_midnight_is_of_the_day_before(Instant at, Instant receivedAt, String day) {
        var ofDay = new DailyVisitors(asked -> Sha256.of(asked.toString()));
        var always = new DailyVisitors(asked -> Sha256.of(day));
        var origin = new EventOrigin(receivedAt, Map.of(), ADDRESS, CHROME, true, null, null);
        assertThat(ofDay.of(origin, at).apply(ACME))
                .isEqualTo(always.of(origin, at).apply(ACME));
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "", "a.example"})
    void what_is_no_address_is_none(String text) {
        assertThat(visitor(ACME, NOON, text, CHROME)).isEqualTo(visitor(ACME, NOON, null, CHROME));
    }

    private String visitor(UUID organization, Instant at, @Nullable String address, @Nullable String userAgent) {
        return visitors.of(new EventOrigin(at, Map.of(), address, userAgent, true, null, null), at)
                .apply(organization);
    }
}
