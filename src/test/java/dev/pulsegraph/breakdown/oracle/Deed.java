package dev.pulsegraph.breakdown.oracle;

import java.time.Instant;
import java.util.Map;

/**
 * A view or a click.
 *
 * @param person who did it, whatever the visitor is called
 * @param told what is told of it, by dimensions; without a value of those that it has none of
 */
public record Deed(
        String visitor, String person, Instant at, boolean view, String userCode, Map<String, String> told) {}
