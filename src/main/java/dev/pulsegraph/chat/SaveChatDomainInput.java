package dev.pulsegraph.chat;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Patch;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A new chat domain, or changes of one. Null leaves a thing as it is.
 *
 * @param id null for a new one
 */
record SaveChatDomainInput(
        UUID organization,
        @Nullable UUID id,
        @Nullable String domain,
        Patch<String> name,
        Patch<String> description,
        @Nullable Boolean active) {

    SaveChatDomainInput {
        if (domain == null && id == null) {
            throw Problem.badInput("domain", "a new chat domain needs one.");
        }
    }
}
