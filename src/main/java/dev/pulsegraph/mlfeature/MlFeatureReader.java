package dev.pulsegraph.mlfeature;

import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.batch.ItemReader;
import dev.pulsegraph.batch.ItemTime;
import dev.pulsegraph.entity.EntityFields;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads feature vectors as clients send them: the fields of an input. */
@Singleton
class MlFeatureReader implements ItemReader<MlFeatureInput> {
    private static final int MAX_VALUES = 4096;
    private static final Pattern FEATURE_SET = Pattern.compile("[a-z0-9_.-]{1,100}");

    private final Clock clock;

    MlFeatureReader(Clock clock) {
        this.clock = clock;
    }

    @Override
    public MlFeatureInput read(Map<String, @Nullable Object> fields) throws InvalidItem {
        EntityType type = EntityFields.type(fields);
        return new MlFeatureInput(
                type,
                EntityFields.id(fields, type),
                featureSet(fields),
                version(fields),
                values(fields),
                computedAt(fields));
    }

    private static String featureSet(Map<String, @Nullable Object> fields) throws InvalidItem {
        String name = String.valueOf(fields.get("featureSet"));
        if (!FEATURE_SET.matcher(name).matches()) {
            throw new InvalidItem(
                    "BAD_FEATURE_SET",
                    "featureSet: `" + Problem.shown(name)
                            + "` is not 1 to 100 lower-case letters, digits, underscores, dots and hyphens.");
        }
        return name;
    }

    private static int version(Map<String, @Nullable Object> fields) throws InvalidItem {
        if (fields.get("version") instanceof Integer version && version >= 1) {
            return version;
        }
        throw new InvalidItem("BAD_VERSION", "version: " + fields.get("version") + " is not 1 or more.");
    }

    private static List<Double> values(Map<String, @Nullable Object> fields) throws InvalidItem {
        Collection<?> given = fields.get("values") instanceof Collection<?> list ? list : List.of();
        if (given.isEmpty() || given.size() > MAX_VALUES) {
            throw new InvalidItem(
                    "BAD_VALUES", "values: " + given.size() + " numbers are not 1 to " + MAX_VALUES + ".");
        }
        List<Double> values = new ArrayList<>(given.size());
        for (Object value : given) {
            if (!(value instanceof Number number) || !Double.isFinite(number.doubleValue())) {
                throw new InvalidItem("BAD_VALUES", "values: number " + values.size() + " is too large for a number.");
            }
            values.add(number.doubleValue());
        }
        return values;
    }

    private @Nullable Instant computedAt(Map<String, @Nullable Object> fields) throws InvalidItem {
        return fields.get("computedAt") instanceof Instant at
                ? ItemTime.checked("computedAt", at, clock.instant())
                : null;
    }
}
