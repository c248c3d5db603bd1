/// What is alike: by vectors, by words, or by both.
///
/// ## Path of a query
///
/// 1. **`SimilarResolver`** reads a `SimilarInput` into a `SimilarQuery`; equal queries of many organizations,
///    and all posts of a page, are one statement (`SimilarLoader`). A text is embedded by the organization's model
///    first (`QueryVectors`, which remembers the newest, and lets few wait for a model elsewhere).
/// 2. **`app.similar`** takes an organization, a space, a vector where one is searched for, and the rest as one
///    `jsonb`, read once into `app.search_options`, whose comments say what each of them does. It makes the lists and
///    fuses them.
/// 3. `app.nearest_entities` is the list by vectors: chunks in the order of their score until enough entities have
///    come. Order and score are its only difference with and without an index: up to `app.exact_search_limit()` vectors
///    all are compared; beyond, the HNSW index of the space is walked, filters and all, and what it finds is scored
///    exactly. An index that ends before enough have come is not believed: all are compared.
///    `app.nearest_entities_statement` is its statement, the one that is put together as text: where there is no
///    extension `vector`, which the catalogue is asked each time, the dot product is an expression with the query's
///    numbers written out, four times as fast as a loop over elements. `NearestEntitiesStatementTest` shows it.
/// 4. `app.search_entities` is the list by words, all of them or, where ranks are fused, any of them; texts and queries
///    go through `app.search_text`, so that words are the same whatever the locale of the database. It alone looks past
///    row security, into one organization the caller may read, and answers ids, which are read under it.
/// 5. `NearestInMemory` makes the list by vectors instead where there is no extension and `VectorCache` holds all
/// vectors of
///    the organization as the query's snapshot shows them: `app.vector_cache_state` tells in the statement that looks
/// up the
///    model, `app.changed_vectors` what is to be read first. Filters stay in SQL, which answers the ids that match;
///    `app.similar` takes the list as `near_ids` and does the rest.
/// 6. `RecallMonitor` asks one in a hundred answers by index again, exactly, when there is time.
@NullMarked
package dev.pulsegraph.similarity;

import org.jspecify.annotations.NullMarked;
