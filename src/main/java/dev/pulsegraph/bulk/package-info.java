/// Bulk over plain HTTP: streamed, written chunk by chunk, acknowledged after each commit.
///
/// ## Path of a bulk request
///
/// 1. **`BulkController`** takes `POST /v1/<target>`: token or key (401), target (404), content type and encoding
///    (415), organization (400, 404), and whether the caller may write there at all (403). A caller may have four
///    at once, all together one for 16 MB of heap (429). Only then the body is read. It is a stream; only its lines
///    have a bound, 64 KB or what the target says. The JSON of errors is that of GraphQL.
/// 2. **`BodyPump`** decodes it in a thread of its own and waits while nobody asks, and the sender waits with it; a
///    sender that is silent while somebody asks is not waited for (408). **`LineSplitter`** cuts lines,
///    **`LineFormat`** reads fields (a bad CSV header: 400), and the feature's **`BulkSink`** makes items of
///    them.
/// 3. **`ChunkReader`** ends a chunk after 5,000 lines, 1 MB, or 1 s since its first line; lines that hold nothing
///    are bounded too. Its cost is taken from the caller's bucket, 1 for 100 lines or 20 KB of whatever was read
///    (429).
/// 4. **`ChunkWriter`** writes it in one `OperationTransaction`: row security says who may (403). A deadlock is
///    tried again, and items that the database refuses are found by halves, so that bad lines never harm good ones.
///    Meanwhile **`ChunkAhead`** has the next chunk read, and no more than that.
/// 5. After the commit a line of the answer says what became of it. What fails before the first is a status; later
///    it is the last line, with the number of the line up to which all is safe. `command/ImportCommand` is a client
///    of this.
@NullMarked
package dev.pulsegraph.bulk;

import org.jspecify.annotations.NullMarked;
