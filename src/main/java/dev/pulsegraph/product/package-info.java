/// Events as somebody who looks at a product sees them: one after the other, found by names and properties.
///
/// The three tables of events are one view, `product_events`, which PostgreSQL flattens into each statement. Conditions
/// on
/// properties are predicates of jsonpath (**`PropertyFilters`**): parameters, not text of a statement.
@NullMarked
package dev.pulsegraph.product;

import org.jspecify.annotations.NullMarked;
