/// What is alike: by vectors, by words, or by both.
///
/// ## The way of a question
///
/// 1. **`SimilarResolver`** reads a `SimilarInput` into a `SimilarQuestion`; equal questions of many organizations,
///    and all posts of a page, are one statement (`SimilarLoader`). A text is embedded by the organization's model
///    first (`QuestionVectors`, which remembers the newest, and lets few wait for a model elsewhere).
/// 2. **`app.similar`** makes the lists and fuses them. `app.nearest_entities` is the list by vectors: chunks in
///    the order of their score until enough entities have come. Order and score are its only difference with and
///    without an index: up to `app.exact_search_limit()` vectors all are compared; beyond, the HNSW index of the
///    space is walked, filters and all, and what it finds is scored exactly. An index that ends before enough have
///    come is not believed: all are compared. `app.entities_with_words` is the list by words, all of them or, where
///    ranks are fused, any of them; texts and questions go through `app.search_text`, so that words are the same
///    whatever the locale of the database. It alone looks past row security, into one organization the caller may
///    read, and answers ids, which are read under it.
/// 3. Whether the extension `vector` is there is asked of the catalogue each time. Where it is not, the dot product
///    is an expression with the query's numbers written out, four times as fast as a loop over elements.
/// 4. `embedding/VectorIndexes` builds indexes as the owner of the tables, concurrently: by `migrate`, or by the job
/// where
///    the server knows the owner. `RecallSample` asks one in a hundred answers by index again, exactly, when there
///    is time.
@NullMarked
package dev.pulsegraph.similarity;

import org.jspecify.annotations.NullMarked;
