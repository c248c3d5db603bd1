/**
 * What keeps tables in order that features have in common: partitions ahead of time, days of a new time zone, and a recount
 * of what is summed up. Features offer a {@link dev.pulsegraph.maintenance.LocalDayRollup} or an
 * {@link dev.pulsegraph.maintenance.AuditedRollup}, and one job serves all of a kind.
 */
@NullMarked
package dev.pulsegraph.maintenance;

import org.jspecify.annotations.NullMarked;
