/// Answers queries by plans: what graphql-java has parsed and validated is worked out once a document, and then run.
///
/// 1. **`Planner`** makes a **`Plan`** of an operation: a tree of `Selection`s, what is asked of the objects of one
///    type with fragments and `@skip` resolved. Its `Step`s know the code that answers them (`FieldCode`) or the
///    `Property` they are read from, and the `Shape` of what they answer: leaf, list or objects.
/// 2. **`PlanRun.read`** runs it breadth first, in the transaction of the operation: on each level it asks every step
///    for all objects at once, has **`Batches`** load what they asked for, and then makes the objects of the next
///    level. Each key is loaded once, and declared reads go in one round trip. What the first level declares may be
///    read ahead (`PlanRun.declared`), in the round trip in which the transaction begins.
/// 3. **`PlanRun.write`** writes what was read as JSON, depth first, without a connection: plain properties are read
///    here, scalars serialized, and errors get their paths. Where null may not be, what was written of the parent is
///    taken back.
///
/// It knows fields by `FieldCode` and the operation by `Execution`; who is calling, what an operation may use and how a
/// failure is told belongs to them. What it cannot plan, which is introspection, has no plan; mutations and
/// subscriptions are not given to it. graphql-java answers these. Both engines answer the same, byte for byte:
/// `BothEnginesTest` asks them all pairs.
@NullMarked
package dev.pulsegraph.graphql.engine;

import org.jspecify.annotations.NullMarked;
