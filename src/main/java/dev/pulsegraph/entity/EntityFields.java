package dev.pulsegraph.entity;

import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Names;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an item of a batch is about, among its fields as clients send them. */
public final class EntityFields {
    private static final String UNKNOWN = "UNKNOWN_ENTITY";

    private EntityFields() {}

    /** The field {@code entityType}, in letters of either case. */
    public static EntityType type(Map<String, @Nullable Object> fields) throws InvalidItem {
        String name = required(fields, "entityType", UNKNOWN);
        try {
            return EntityType.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new InvalidItem(
                    UNKNOWN,
                    "entityType: `" + Problem.shown(name) + "` is unknown; allowed are " + List.of(EntityType.values())
                            + ".");
        }
    }

    /** The field {@code entity}: a global id of that type, or a UUID. */
    public static UUID id(Map<String, @Nullable Object> fields, EntityType type) throws InvalidItem {
        try {
            return EntityReference.idOf("entity", type, required(fields, "entity", UNKNOWN));
        } catch (Problem problem) {
            throw new InvalidItem(UNKNOWN, problem.getMessage());
        }
    }

    /** A name that must be there. Blanks around it do not count. */
    public static String required(Map<String, @Nullable Object> fields, String name, String code) throws InvalidItem {
        if (fields.get(name) instanceof String text && !text.isBlank()) {
            return Names.trimmed(text);
        }
        throw new InvalidItem(code, name + ": is missing.");
    }
}
