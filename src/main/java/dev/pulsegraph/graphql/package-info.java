/// GraphQL over HTTP and WebSockets: the only package that knows how it is wired.
///
/// ## Who executes
///
/// **`OperationRunner`** bounds every operation, and **`OperationExecutor`** executes it in its transaction. A query is
/// run by its plan (`DocumentPlans`, the package `engine`); mutations, subscriptions and introspection by graphql-java.
/// A resolver is given a **`Call`** by either: `PlannedCall` or `EnvironmentCall`.
///
/// ## Path of a subscription
///
/// 1. **`SubscriptionSocket`** takes the upgrade of `/graphql`; **`Socket`** speaks `graphql-transport-ws` on the
///    event loop of its connection: who it is (4403), in time (4408), messages (4400), operations at once
///    (LIMIT_EXCEEDED).
/// 2. **`SocketOperation`** has `OperationRunner` run it like any operation, in a virtual thread. A query or
///    mutation is answered once. A field of `Subscription` says what it depends on, a topic of an organization,
///    before it is read.
/// 3. **`database/Changes`** tells of changes: `app.notify_change` in SQL, `LISTEN` on one connection a node. A
///    change is one bit, however many there were. When the time has come and the client reads, the whole operation
///    is **run again**, in a transaction of the subscriber and under its rights, costs and limits, and sent if the
///    answer is another.
/// 4. A client that reads nothing is not read from either, and its subscriptions wait; after a while it is closed.
///    So what is held for a connection is what one moment of reading made: `gql_sockets_unread_bytes` shows it.
@NullMarked
package dev.pulsegraph.graphql;

import org.jspecify.annotations.NullMarked;
