/// Events as somebody who looks at a product sees them: one after the other, found by names and properties, and over
/// time.
///
/// The three tables of events are one view, `product_events`, which PostgreSQL flattens into each statement. Conditions
/// on
/// properties are predicates of jsonpath (**`PropertyFilters`**): parameters, not text of a statement.
///
/// How often each name was told is counted by **`app.count_event_names`** in the transaction that keeps the events, by
/// quarters of an hour. A series (**`EventSeriesRepository`**) reads these where they answer it exactly, and events
/// where they do not:
/// both make rows of one form, which are grouped and ranked by one statement.
@NullMarked
package dev.pulsegraph.product;

import org.jspecify.annotations.NullMarked;
