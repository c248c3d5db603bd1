package dev.pulsegraph.metric;

import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.batch.ItemReader;
import dev.pulsegraph.batch.ItemTime;
import dev.pulsegraph.batch.MetadataReader;
import dev.pulsegraph.entity.EntityFields;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.post.Platforms;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.JsonSize;
import dev.pulsegraph.request.Storable;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads samples as clients send them: fields of an input, of a line of JSON or of a line of CSV. */
@Singleton
class SampleReader implements ItemReader<MetricSample> {
    /** The fields of a sample, as the schema names them. */
    static final List<String> FIELDS =
            List.of("metric", "entityType", "entity", "platform", "value", "recordedAt", "metadata");

    private static final BigDecimal BOUND = BigDecimal.TEN.pow(18);
    private static final int SCALE = 12;
    private static final int MAX_NUMBER_LENGTH = 400;
    private static final Pattern PLATFORM = Pattern.compile("[a-z0-9._-]{1,50}");
    private static final String ALL = "all";

    private final Clock clock;
    private final MetadataReader metadata;

    SampleReader(Clock clock, MetadataReader metadata) {
        this.clock = clock;
        this.metadata = metadata;
    }

    @Override
    public MetricSample read(Map<String, @Nullable Object> fields) throws InvalidItem {
        String metric = EntityFields.required(fields, "metric", "UNKNOWN_METRIC");
        if (metric.length() > 100 || !Storable.isStorable(metric)) {
            throw new InvalidItem("UNKNOWN_METRIC", "metric: `" + Problem.shown(metric) + "` is not defined here.");
        }
        EntityType type = EntityFields.type(fields);
        return new MetricSample(
                metric,
                type,
                EntityFields.id(fields, type),
                platform(fields),
                value(fields),
                recordedAt(fields),
                metadata.read(fields));
    }

    private static String platform(Map<String, @Nullable Object> fields) throws InvalidItem {
        Object platform = fields.get("platform");
        if (platform == null) {
            return ALL;
        }
        if (platform instanceof String given) {
            String name = Platforms.of(given);
            if (PLATFORM.matcher(name).matches()) {
                return name;
            }
        }
        throw new InvalidItem(
                "BAD_PLATFORM",
                "platform: `" + Problem.shown(platform.toString())
                        + "` is not 1 to 50 letters, digits, dots, hyphens and underscores.");
    }

    private static BigDecimal value(Map<String, @Nullable Object> fields) throws InvalidItem {
        Object value = fields.get("value");
        BigDecimal number = Optional.ofNullable(value)
                .map(Object::toString)
                .map(String::strip)
                .map(SampleReader::number)
                .orElseThrow(() -> new InvalidItem(
                        "BAD_VALUE",
                        "value: "
                                + (value == null
                                        ? "a number is needed."
                                        : "`" + Problem.shown(value.toString()) + "` is not a finite number.")));
        // Its digits are counted first: rounding 1e-999999999, or writing it out, would take gigabytes.
        if (!JsonSize.isBounded(number) || number.abs().compareTo(BOUND) >= 0) {
            throw new InvalidItem(
                    "BAD_VALUE", "value: " + Problem.shown(number.toString()) + " is not between -10^18 and 10^18.");
        }
        return number.setScale(Math.min(SCALE, Math.max(number.scale(), 0)), RoundingMode.HALF_EVEN);
    }

    private static @Nullable BigDecimal number(String text) {
        try {
            return text.length() > MAX_NUMBER_LENGTH ? null : new BigDecimal(text);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private Instant recordedAt(Map<String, @Nullable Object> fields) throws InvalidItem {
        Object given = fields.get("recordedAt");
        Instant at;
        try {
            at = given instanceof Instant instant
                    ? instant
                    : OffsetDateTime.parse(String.valueOf(given).strip()).toInstant();
        } catch (DateTimeException e) {
            throw new InvalidItem(
                    "BAD_TIME",
                    "recordedAt: `" + Problem.shown(String.valueOf(given))
                            + "` is not a time with an offset, such as 2026-03-01T09:30:00Z.");
        }
        return ItemTime.checked("recordedAt", at, clock.instant());
    }
}
