package dev.pulsegraph.event;

import java.time.Instant;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The id of a stored event: a UUID of version 7 (RFC 9562, 5.7) that holds the microsecond of the event, so that whoever has an
 * id knows where its row is.
 *
 * <pre>
 * | 48 bits: milliseconds since 1970 | 7 | 12 bits: the part of the millisecond, in 4096ths | 2 | 62 bits of the message key |
 * </pre>
 */
public final class EventId {
    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long RANDOM = 0x3fff_ffff_ffff_ffffL;
    private static final int PARTS = 4096;
    private static final int MICROS = 1000;

    /** The end of the year 9999. */
    private static final long LATEST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private EventId() {}

    /**
     * The id of an event.
     *
     * @param at to the microsecond, not before 1970
     * @param messageKey of its organization and message id
     */
    static UUID of(Instant at, UUID messageKey) {
        long micros = at.get(ChronoField.MICRO_OF_SECOND) % MICROS;
        long part = (micros * PARTS + MICROS - 1) / MICROS;
        return new UUID(
                at.toEpochMilli() << 16 | VERSION | part, VARIANT | (messageKey.getLeastSignificantBits() & RANDOM));
    }

    /** When the event of this id happened; null for a UUID that is the id of no event. */
    public static @Nullable Instant time(UUID id) {
        long millis = id.getMostSignificantBits() >>> 16;
        if (id.version() != 7 || id.variant() != 2 || millis > LATEST) {
            return null;
        }
        long part = id.getMostSignificantBits() & 0xfff;
        return Instant.ofEpochMilli(millis).plus(part * MICROS / PARTS, ChronoUnit.MICROS);
    }
}
