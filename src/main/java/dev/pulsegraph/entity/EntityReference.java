package dev.pulsegraph.entity;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.problem.Problem;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a metric or the like is about, as a client names it: by a global id, or by a UUID.
 *
 * @param type null where only a UUID was given
 */
public record EntityReference(@Nullable EntityType type, UUID id) {
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    public static EntityReference of(String argument, String text) {
        if (UUID_FORM.matcher(text).matches()) {
            return new EntityReference(null, UUID.fromString(text));
        }
        GlobalId id = GlobalId.decode(argument, text);
        EntityType type = EntityType.ofNodeType(id.type());
        if (type == null) {
            throw Problem.badInput(
                    argument,
                    "`" + Problem.shown(text) + "` is the id of a " + Problem.shown(id.type())
                            + ", about which nothing is recorded.");
        }
        return new EntityReference(type, id.uuid());
    }

    /** The UUID, when the entity is of the type; bad input otherwise. */
    public static UUID idOf(String argument, EntityType type, String text) {
        EntityReference reference = of(argument, text);
        if (reference.type() != null && reference.type() != type) {
            throw Problem.badInput(
                    argument, "`" + Problem.shown(text) + "` is a " + reference.type() + ", not a " + type + ".");
        }
        return reference.id();
    }
}
