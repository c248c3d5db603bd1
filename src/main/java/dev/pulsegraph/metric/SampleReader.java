package dev.pulsegraph.metric;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Storable;
import dev.pulsegraph.request.Unreadable;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads samples as clients send them: fields of an input, of a line of JSON or of a line of CSV. */
@Singleton
class SampleReader {
    /** The fields of a sample, as the schema names them. */
    static final List<String> FIELDS =
            List.of("metric", "entityType", "entity", "platform", "value", "recordedAt", "metadata");

    private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Duration AHEAD = Duration.ofDays(1);
    private static final BigDecimal BOUND = BigDecimal.TEN.pow(18);
    private static final int SCALE = 12;
    private static final int LONGEST_NUMBER = 400;
    private static final int LONGEST_METADATA = 8192;
    private static final Pattern PLATFORM = Pattern.compile("[a-z0-9._-]{1,50}");
    private static final String ALL = "all";

    private final Clock clock;
    private final JsonMapper json;

    SampleReader(Clock clock, JsonMapper json) {
        this.clock = clock;
        this.json = json;
    }

    /** The sample, unless something is wrong with it. */
    MetricSample read(int index, Map<String, @Nullable Object> fields) throws Unreadable {
        String metric = text(fields, "metric", "UNKNOWN_METRIC");
        if (metric.length() > 100 || metric.indexOf('\0') >= 0) {
            throw new Unreadable("UNKNOWN_METRIC", "metric: `" + Problem.shown(metric) + "` is not defined here.");
        }
        EntityType type = entityType(fields);
        return new MetricSample(
                index,
                metric,
                type,
                entity(fields, type),
                platform(fields),
                value(fields),
                recordedAt(fields),
                metadata(fields));
    }

    private static EntityType entityType(Map<String, @Nullable Object> fields) throws Unreadable {
        String name = text(fields, "entityType", "UNKNOWN_ENTITY");
        try {
            return EntityType.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new Unreadable(
                    "UNKNOWN_ENTITY",
                    "entityType: `" + Problem.shown(name) + "` is none; allowed are " + List.of(EntityType.values())
                            + ".");
        }
    }

    private static UUID entity(Map<String, @Nullable Object> fields, EntityType type) throws Unreadable {
        try {
            return EntityReference.idOf("entity", type, text(fields, "entity", "UNKNOWN_ENTITY"));
        } catch (Problem problem) {
            throw new Unreadable("UNKNOWN_ENTITY", problem.getMessage());
        }
    }

    private static String platform(Map<String, @Nullable Object> fields) throws Unreadable {
        Object platform = fields.get("platform");
        if (platform == null) {
            return ALL;
        }
        if (platform instanceof String name && PLATFORM.matcher(name).matches()) {
            return name;
        }
        throw new Unreadable(
                "BAD_PLATFORM",
                "platform: `" + Problem.shown(platform.toString())
                        + "` is not 1 to 50 lower-case letters, digits, dots, hyphens and underscores.");
    }

    private static BigDecimal value(Map<String, @Nullable Object> fields) throws Unreadable {
        Object value = fields.get("value");
        BigDecimal number = Optional.ofNullable(value)
                .map(Object::toString)
                .filter(text -> text.length() <= LONGEST_NUMBER)
                .map(SampleReader::number)
                .orElseThrow(() -> new Unreadable(
                        "BAD_VALUE",
                        "value: "
                                + (value == null
                                        ? "a number is needed."
                                        : "`" + Problem.shown(value.toString()) + "` is not a finite number.")));
        // The exponent is looked at first: writing out 1e999999999 would take a gigabyte.
        if (number.signum() != 0
                && (number.precision() - (long) number.scale() > 19
                        || number.abs().compareTo(BOUND) >= 0)) {
            throw new Unreadable(
                    "BAD_VALUE",
                    "value: " + Problem.shown(String.valueOf(value)) + " is not between -10^18 and 10^18.");
        }
        return number.setScale(Math.min(SCALE, Math.max(number.scale(), 0)), RoundingMode.HALF_EVEN);
    }

    private static @Nullable BigDecimal number(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private Instant recordedAt(Map<String, @Nullable Object> fields) throws Unreadable {
        Object given = fields.get("recordedAt");
        Instant at;
        try {
            at = given instanceof Instant instant
                    ? instant
                    : OffsetDateTime.parse(String.valueOf(given)).toInstant();
        } catch (DateTimeException e) {
            throw new Unreadable(
                    "BAD_TIME",
                    "recordedAt: `" + Problem.shown(String.valueOf(given))
                            + "` is not a time with an offset, such as 2026-03-01T09:30:00Z.");
        }
        if (at.isBefore(FIRST) || at.isAfter(clock.instant().plus(AHEAD))) {
            throw new Unreadable("BAD_TIME", "recordedAt: " + at + " is not between the year 2000 and a day from now.");
        }
        return at.truncatedTo(ChronoUnit.MICROS);
    }

    private @Nullable String metadata(Map<String, @Nullable Object> fields) throws Unreadable {
        Object given = fields.get("metadata");
        if (given == null) {
            return null;
        }
        String text = given instanceof String written ? written : written(given);
        Object read = read(text);
        if (!(read instanceof Map)) {
            throw new Unreadable("BAD_METADATA", "metadata: a JSON object is needed, such as {\"key\": \"value\"}.");
        }
        if (text.length() > LONGEST_METADATA) {
            throw new Unreadable(
                    "BAD_METADATA",
                    "metadata: " + text.length() + " characters are more than " + LONGEST_METADATA + ".");
        }
        if (!Storable.isStorable(read)) {
            throw new Unreadable("BAD_METADATA", "metadata: it holds a character that cannot be stored, such as NUL.");
        }
        return text;
    }

    private @Nullable Object read(String text) {
        try {
            return json.readValue(text, Object.class);
        } catch (IOException notJson) {
            return null;
        }
    }

    private String written(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Map<String, @Nullable Object> fields, String name, String code) throws Unreadable {
        if (fields.get(name) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new Unreadable(code, name + ": is missing.");
    }
}
