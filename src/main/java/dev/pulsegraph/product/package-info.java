/// Events as somebody who looks at a product sees them: one after the other, by names and properties, and over time.
///
/// The three tables of events are one view, `product_events`, which PostgreSQL flattens into each statement. A
/// condition
/// on properties is a predicate of jsonpath (**`PropertyFilters`**): a parameter, not text of a statement.
///
/// Who visitors are is told by `identify` and `alias` (`V027__visitor.sql`): the view has the canonical visitor of all
/// that are the same, and what does not ask for it does without the join. **`IdentifiedUser`** has traits.
///
/// How often each name was told is counted by **`app.count_event_names`** in the transaction that keeps the events, by
/// quarters of an hour. A series (**`EventSeriesRepository`**) reads these where they answer it exactly, and events
/// where they do not. Both make rows of one form, which one statement groups and ranks.
@NullMarked
package dev.pulsegraph.product;

import org.jspecify.annotations.NullMarked;
