package dev.pulsegraph.funnel;

import dev.pulsegraph.product.PropertyOp;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A condition on a property, as it was given. */
public record PropertyCondition(
        String path, PropertyOp op, @Nullable Object value) {

    static PropertyCondition of(Map<String, @Nullable Object> condition) {
        return new PropertyCondition(
                String.valueOf(condition.get("path")),
                PropertyOp.valueOf(String.valueOf(condition.get("op"))),
                condition.get("value"));
    }
}
