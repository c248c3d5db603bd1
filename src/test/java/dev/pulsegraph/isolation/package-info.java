/** What proves that no tenant can notice another, and that this proof would notice a hole. */
@NullMarked
package dev.pulsegraph.isolation;

import org.jspecify.annotations.NullMarked;
