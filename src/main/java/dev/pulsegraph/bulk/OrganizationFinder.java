package dev.pulsegraph.bulk;

import java.util.Optional;
import java.util.UUID;

/** Finds the organization that a request names, among those its caller may see. */
public interface OrganizationFinder {
    Optional<UUID> find(String slugOrId);

    /** Whether the caller has at least this role there. */
    boolean has(String role, UUID organization);
}
