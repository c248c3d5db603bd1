package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventIdTest {
    private final Random random = new Random(7);

    @Test
    void an_id_holds_the_microsecond_of_its_event() {
        for (int micros = 0; micros < 1_000_000; micros++) {
            Instant at = Instant.ofEpochSecond(random.nextLong(4_000_000_000L), micros * 1_000L);
            UUID id = EventId.of(at, new UUID(random.nextLong(), random.nextLong()));
            assertThat(EventId.time(id)).isEqualTo(at);
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
        }
    }

    @Test
    void ids_are_in_the_order_of_time() {
        UUID first = EventId.of(Instant.parse("2026-03-01T09:30:00.000123Z"), new UUID(-1, -1));
        UUID second = EventId.of(Instant.parse("2026-03-01T09:30:00.000124Z"), new UUID(0, 0));
        assertThat(second.toString()).isGreaterThan(first.toString());
    }

    @Test
    void two_messages_of_one_instant_have_two_ids() {
        Instant at = Instant.parse("2026-03-01T09:30:00Z");
        assertThat(EventId.of(at, new UUID(5, 1))).isNotEqualTo(EventId.of(at, new UUID(5, 2)));
    }

    @Test
    void what_is_the_id_of_no_event_has_no_time() {
        for (UUID id : new UUID[] {
            new UUID(0, 0), new UUID(-1, -1), UUID.randomUUID(), new UUID((-1L << 16) | 0x7000, 1L << 63)
        }) {
            assertThat(EventId.time(id)).as(id.toString()).isNull();
        }
    }
}
