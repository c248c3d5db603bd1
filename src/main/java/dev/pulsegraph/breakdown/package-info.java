/// Traffic by what it has in common: where visitors came from, what they saw and what with.
///
/// `event/CircumstanceReader` reads dimensions of an event when it comes in. Those of a session are of its earliest
/// event and
/// kept with it (`SessionDimension`); those of views and clicks are columns of their rows.
///
/// `Organization.trafficBreakdown` (`BreakdownLoader`) is one statement for both periods (`BreakdownRepository`):
/// `traffic/TrafficRows`
/// finds the sessions, or the rows with their sessions, and each value is a sum over them. All of it is read from raw
/// traffic, so as far back as that is kept.
@NullMarked
package dev.pulsegraph.breakdown;

import org.jspecify.annotations.NullMarked;
