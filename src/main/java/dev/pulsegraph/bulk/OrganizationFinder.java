package dev.pulsegraph.bulk;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Caller;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds the organization that a request names, among those its caller may see. */
public interface OrganizationFinder {
    Optional<UUID> find(String slugOrId);

    /** The organization that a caller names. A key has its organization with it; a user says which of theirs. */
    default UUID named(Caller caller, @Nullable String named) {
        if (named == null || named.isBlank()) {
            if (caller instanceof Caller.Key key) {
                return key.organizationId();
            }
            throw Problem.badInput(
                    "organization", "say for which organization: add ?organization= and its slug or id.");
        }
        UUID found = find(named).orElseThrow(() -> Problem.notFound("organization", "organization"));
        if (caller instanceof Caller.Key key && !key.organizationId().equals(found)) {
            throw Problem.notFound("organization", "organization");
        }
        return found;
    }

    /** Whether the caller has at least this role there. */
    boolean has(String role, UUID organization);
}
