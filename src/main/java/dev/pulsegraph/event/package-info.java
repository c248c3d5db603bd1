/// Events: taken in over HTTP and by the mutation `trackEvents`, written once, and merged into sessions.
///
/// ## Path of an event over HTTP
///
/// 1. **`EventController`** takes `POST /v1/track` and its kin. A key in the header is looked up before the body is
///    held (401): **`database/KeyDirectory`** remembers keys, and asks for many that it does not know in one
///    statement. **`http/HeldBodies`** then holds what arrives, without a thread that waits for it, at most 500 KB
///    (413), and takes room for it out of a limit of bytes for the whole process (429). In **`InFlightLimit`** a key
///    may hold as much as is left free, so there is room for one more however much some send. Where the key is in
///    the body (**`WriteKey`**), all share an eighth by their addresses until it is known (**`InFlightBodies`**).
/// 2. **`SegmentReader`** reads each event into a **`ReceivedEvent`**, valid or invalid; an invalid one is told of
///    later, when it is known whose it is. **`DailyVisitors`** makes visitors of pages that keep nothing in browsers,
///    with the secret of the day (**`VisitorSecrets`**).
/// 3. **`GroupCommit`** has requests share transactions: while one batch is written, the next is copied to
///    PostgreSQL and waits for its turn (**`CommitSequencer`**), and the one after it gathers, up to 5,000 events.
///    Keys take turns in **`SubmissionQueue`**. An organization that somebody else writes for long, such as a
///    recount, is left out of the batch and waited for in a thread of its own; others go on. Who waits too long gets
///    503 and may send again, since a message counts once. A shutdown takes nothing more in and writes what is here.
/// 4. **`BatchWriter`** looks up all keys of a batch in its transaction (401, 403), as the worker, and gives the
///    events to **`EventSink`**. What is refused as a whole is halved by requests, then by events. Answers come after
///    the commit.
/// 5. `EventSink` gives what is valid to `EventWriter`, and keeps what was rejected (**`RejectedEvents`**). Each event
///    has a **`EventReceipt`**.
///
/// ## Path of an event into tables
///
/// However it came, over HTTP or by the mutation `trackEvents` (**`EventReader`**, **`EventService`**), with what
/// **`CircumstanceReader`** reads of where it happened and where the visitor came from, as far as bots are not
/// concerned:
///
/// 1. **`EventWriter`** gets **`TrackedEvent`**s, in a transaction of the caller or, for many organizations at
///    once, of the worker. It answers a receipt each; a bad one never harms the others.
/// 2. They are copied into a temporary table (**`EventCopyFormat`**), and **`app.write_event_batch`** does the rest:
///    it locks the organizations in order, drops messages that were counted before (`ingested_messages`), joins
///    visitors who are one (`visitor_aliases`), inserts the raw rows, merges sessions and calls what features add.
/// 3. Each **`EventConsumer`** gets the events that were written, and whom they count as, in the same transaction.
///
/// A session is an interval with counts: it merges with what touches it, without a look at raw rows, and what it
/// counted for moves along. So events may come in any order.
@NullMarked
package dev.pulsegraph.event;

import org.jspecify.annotations.NullMarked;
