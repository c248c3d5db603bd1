package dev.pulsegraph.paging;

import dev.pulsegraph.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/**
 * What the contract calls an id: the type and the UUID, in URL-safe base64.
 *
 * @param type the name of the GraphQL type
 */
public record GlobalId(String type, UUID uuid) {

    public String encode() {
        return encode(type, uuid);
    }

    public static String encode(String type, UUID uuid) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((type + ":" + uuid).getBytes(StandardCharsets.UTF_8));
    }

    /** Reads what {@link #encode} wrote; anything else is bad input of {@code argument}. */
    public static GlobalId decode(String argument, String id) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(id), StandardCharsets.UTF_8).split(":", -1);
            if (parts.length == 2 && !parts[0].isEmpty() && parts[1].length() == 36) {
                return new GlobalId(parts[0], UUID.fromString(parts[1]));
            }
        } catch (IllegalArgumentException notOurs) {
            // falls through to the sentence below
        }
        throw Problem.badInput(
                argument, "`" + Problem.shown(id) + "` is not an id; use one that an `id` field answered.");
    }
}
