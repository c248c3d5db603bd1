/// Vectors of texts, which models they are of, and what keeps them up to date with posts.
///
/// ## Path of an embedding
///
/// 1. **`EmbeddingReader`** makes an `EmbeddingItem` of the fields of an input or of a line; a bad one is rejected
///    with a code and a sentence. Vectors are brought to unit length here (`Vectors`), in double precision.
/// 2. **`EmbeddingWriter`** has texts of a local model embedded at once; those of a model elsewhere go without a
///    vector, and wait. All are copied into a temporary table, ordered and checked by
///    **`app.write_embedding_batch`**: what has no entity, or another number of dimensions than its model, is
///    rejected; what is there as it is stays untouched; what is left is written.
/// 3. A new text of a chunk takes along what other models made of the old one. So writers of texts have the lock of
///    the organization's embeddings alone, and writers of vectors share it; the change of the model that answers
///    waits for both.
///
/// ## Path of a text to its vector
///
/// 1. Whoever writes a text (`EmbeddingWriter`) names a model, or means the one that answers for the organization.
///    A model of this process (`HashingModel`) makes the vector in the transaction that writes; for one elsewhere
///    (`EndpointModel`) the row is written without, and **waits**. Words find it already.
/// 2. **`EmbeddingJob`** has organizations take turns. `PendingTexts` reads a few texts in one transaction, asks
///    the model in none, and writes in another what is still the same text. A failure leaves them waiting; the
///    model is left alone, the longer the oftener it failed, and the run of the job says why. A text that the model
/// refuses
///    is found by halves, and of one that is too long the beginning is embedded (`TextVectors`).
/// 3. **`Reembedding`**: another model is chosen, and the job gives it a row of each text, which wait like any
///    other. When none does, and no text is being written (`app.lock`), it takes over. The rows of the
///    one before stay, so that going back costs what changed meanwhile.
/// 4. Posts are written here as they are written there: `PostTextWriter` hears of them by `post/PostTextListener`.
///    `PostEmbedder` makes up for those written past the API: the job `embeddings.posts`, every six hours, and
///    `./pulsegraph embed --missing`.
/// 5. `VectorIndexes` builds indexes as the owner of the tables, concurrently, after a migration
///    (`database/AfterMigration`) or by the job where the server knows the owner.
@NullMarked
package dev.pulsegraph.embedding;

import org.jspecify.annotations.NullMarked;
