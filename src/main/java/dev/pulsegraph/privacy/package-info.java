/// What visitors may ask for: an export of what is kept of them, and that nothing names them any more.
///
/// Both are recorded as a `PrivacyRequest`. An erased visitor stays a number: rows get a pseudonym, and whatever counts
/// them is as
/// it was. What keeps more of visitors than rows of events offers an `ErasureConsumer`.
@NullMarked
package dev.pulsegraph.privacy;

import org.jspecify.annotations.NullMarked;
