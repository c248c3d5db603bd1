package dev.pulsegraph.event;

import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says when an event happened, on our clock, and whether that can be. */
@Singleton
class EventTimestamps {
    private static final Duration MAX_AHEAD = Duration.ofDays(1);
    /** A time of sending that differs by more is not believed, unless the event cannot have happened at its own time. */
    private static final Duration MAX_CORRECTION = Duration.ofDays(1);

    /** As ISO 8601 has it, with or without a colon in the offset; without any offset it is UTC. */
    private static final DateTimeFormatter FORMAT = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .optionalStart()
            .appendOffset("+HH:MM", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HHMM", "Z")
            .optionalEnd()
            .toFormatter(Locale.ROOT);

    private final EventSettings settings;

    EventTimestamps(EventSettings settings) {
        this.settings = settings;
    }

    /**
     * The time of an event.
     *
     * @param timestamp when it happened by the clock of its sender; without one, it happened when it was received
     * @param sentAt when it was sent by the same clock, which tells how that clock differs from ours
     */
    Instant at(@Nullable Object timestamp, @Nullable Object sentAt, Instant receivedAt) throws InvalidItem {
        if (timestamp == null) {
            return receivedAt.truncatedTo(ChronoUnit.MICROS);
        }
        Instant at;
        try {
            Instant own = parse(timestamp);
            Instant corrected = correct(own, sentAt, receivedAt);
            at = isLarge(Duration.between(own, corrected)) && findFault(own, receivedAt) == null ? own : corrected;
        } catch (DateTimeException | ArithmeticException e) {
            throw new InvalidItem(
                    JsonFields.BAD_FIELD,
                    "timestamp: `" + Problem.shown(timestamp.toString())
                            + "` is not a time of ISO 8601, such as 2026-03-01T09:30:00Z.");
        }
        InvalidItem fault = findFault(at, receivedAt);
        if (fault != null) {
            throw fault;
        }
        return at.truncatedTo(ChronoUnit.MICROS);
    }

    /** Why an event that happened then cannot be accepted; null when it can. */
    @Nullable
    InvalidItem findFault(Instant at, Instant receivedAt) {
        if (at.isAfter(receivedAt.plus(MAX_AHEAD))) {
            return new InvalidItem("IN_FUTURE", "timestamp: " + at + " is more than a day ahead.");
        }
        if (at.isBefore(receivedAt.minus(settings.retention()))) {
            return new InvalidItem(
                    "TOO_OLD",
                    "timestamp: " + at + " is more than " + settings.retention().toDays() + " days ago.");
        }
        return null;
    }

    /** A sender without a usable time of sending is taken to have a clock like ours. */
    private static Instant correct(Instant at, @Nullable Object sentAt, Instant receivedAt) {
        if (sentAt == null) {
            return at;
        }
        Instant sent;
        try {
            sent = parse(sentAt);
        } catch (DateTimeException e) {
            return at;
        }
        return at.plus(Duration.between(sent, receivedAt));
    }

    private static boolean isLarge(Duration correction) {
        return correction.abs().compareTo(MAX_CORRECTION) > 0;
    }

    private static Instant parse(Object time) {
        String text = time.toString().strip();
        Instant usual = UtcTimestamp.parse(text);
        if (usual != null) {
            return usual;
        }
        var best = FORMAT.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
        return best instanceof OffsetDateTime offset
                ? offset.toInstant()
                : ((LocalDateTime) best).toInstant(ZoneOffset.UTC);
    }
}
