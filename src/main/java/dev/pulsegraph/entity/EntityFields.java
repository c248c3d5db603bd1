package dev.pulsegraph.entity;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Names;
import dev.pulsegraph.request.Unreadable;
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
    public static EntityType type(Map<String, @Nullable Object> fields) throws Unreadable {
        String name = required(fields, "entityType", UNKNOWN);
        try {
            return EntityType.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new Unreadable(
                    UNKNOWN,
                    "entityType: `" + Problem.shown(name) + "` is none; allowed are " + List.of(EntityType.values())
                            + ".");
        }
    }

    /** The field {@code entity}: a global id of that type, or a UUID. */
    public static UUID id(Map<String, @Nullable Object> fields, EntityType type) throws Unreadable {
        try {
            return EntityReference.idOf("entity", type, required(fields, "entity", UNKNOWN));
        } catch (Problem problem) {
            throw new Unreadable(UNKNOWN, problem.getMessage());
        }
    }

    /** A name that must be there. Blanks around it do not count. */
    public static String required(Map<String, @Nullable Object> fields, String name, String code) throws Unreadable {
        if (fields.get(name) instanceof String text && !text.isBlank()) {
            return Names.trimmed(text);
        }
        throw new Unreadable(code, name + ": is missing.");
    }
}
