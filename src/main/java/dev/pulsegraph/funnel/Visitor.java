package dev.pulsegraph.funnel;

import dev.pulsegraph.paging.Identified;
import java.time.Instant;
import java.util.UUID;

/**
 * A visitor who stopped at a step.
 *
 * @param id made of the name of the visitor, so that an order of times is a total one
 */
public record Visitor(UUID id, UUID organizationId, String visitor, Instant enteredAt, Instant reachedAt)
        implements Identified {}
