/// Events over plain HTTP: held, looked up by their key, and committed in groups.
///
/// ## Path of an event over HTTP
///
/// 1. **`EventController`** takes `POST /v1/track` and its kin. A key in the header is looked up before the body is
///    held (401): **`database/KeyDirectory`** remembers keys, and asks for many that it does not know in one
///    statement. **`http/HeldBodies`** then holds what arrives, without a thread that waits for it, at most 500 KB
///    (413), and takes room for it out of a budget of bytes for the whole process (429). In **`ByteBudget`** a key
///    may hold as much as is left free, so there is room for one more however much some send. Where the key is in
///    the body (**`EventKey`**), all share an eighth by their addresses until it is known (**`EventRooms`**).
/// 2. The feature's **`EventTarget`** reads each event; a bad one is told of later, when it is known whose it is.
/// 3. **`GroupCommit`** has requests share transactions: while one batch is written, the next is copied to
///    PostgreSQL and waits for its turn (**`Turns`**), and the one after it gathers, up to 5,000 events. Keys take
///    turns in **`SubmissionQueue`**. An organization that somebody else writes for long, such as a recount, is
///    left out of the batch and waited for aside; others go on. Who waits too long gets 503 and may send again,
///    since a message counts once. A stop takes nothing more in and writes what is here.
/// 4. **`BatchWriter`** looks up all keys of a batch in its transaction (401, 403), as the worker, and has the
///    target write. What is refused as a whole is halved by requests, then by events. Answers come after the
///    commit.
/// 5. **`traffic/TrafficTarget`** gives what `SegmentReader` could read to `EventWriter`, and keeps what was
///    rejected.
///
///
@NullMarked
package dev.pulsegraph.ingest;

import org.jspecify.annotations.NullMarked;
