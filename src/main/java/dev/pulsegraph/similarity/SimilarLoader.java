package dev.pulsegraph.similarity;

import static java.util.Objects.requireNonNull;

import dev.pulsegraph.problem.Outcome;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Json;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answers queries for what is alike: equal ones of many organizations, or of many posts, in one statement. */
@Singleton
class SimilarLoader {
    private final SimilarRepository similar;
    private final QueryVectors vectors;
    private final RecallMonitor monitor;
    private final Json json;

    SimilarLoader(SimilarRepository similar, QueryVectors vectors, RecallMonitor monitor, Json json) {
        this.similar = similar;
        this.vectors = vectors;
        this.monitor = monitor;
        this.json = json;
    }

    /** What an organization has no model or vector for fails for it alone. */
    Map<UUID, Outcome<SimilarResult>> answers(Collection<UUID> organizations, SimilarQuery query) {
        Map<Key, List<SimilarRepository.SearchSpace>> spacesByKey = new HashMap<>();
        Map<UUID, Outcome<SimilarResult>> results = new HashMap<>();
        for (SimilarRepository.SearchSpace space : similar.listSearchSpaces(organizations, query.model())) {
            if (space.spaceId() == null) {
                results.put(space.organizationId(), Outcome.judge(() -> noResult(query, space.model())));
                continue;
            }
            Outcome<Key> key = Outcome.judge(() -> new Key(space.model(), vector(query, space)));
            if (key.failure() == null) {
                spacesByKey.computeIfAbsent(key.get(), any -> new ArrayList<>()).add(space);
            } else {
                results.put(space.organizationId(), Outcome.failed(key.failure()));
            }
        }
        spacesByKey.forEach((key, spaces) -> results.putAll(search(query, key, spaces)));
        return results;
    }

    private Map<UUID, Outcome<SimilarResult>> search(
            SimilarQuery query, Key key, List<SimilarRepository.SearchSpace> spaces) {
        Map<UUID, Outcome<SimilarResult>> results = new HashMap<>();
        for (SimilarRepository.Answer answer : similar.search(spaces, key.vector(), json.text(query.options()))) {
            boolean missing = query.source() != null && answer.sources() != null && answer.sources() == 0;
            results.put(
                    answer.key(),
                    missing
                            ? Outcome.failed(Problem.notFound("entity", "entity with a vector of " + key.model()))
                            : Outcome.of(result(answer, key.model(), query.first())));
        }
        spaces.forEach(space -> Optional.ofNullable(results.get(space.organizationId()))
                .map(Outcome::value)
                .ifPresent(result -> monitor.consider(space, query, key.vector(), result)));
        return results;
    }

    Map<UUID, SimilarResult> postResults(Collection<UUID> posts, PostQuery query) {
        Map<UUID, SimilarResult> results = new HashMap<>();
        similar.searchLikePosts(posts, json.text(query.options()))
                .forEach(answer -> results.put(
                        answer.key(),
                        result(answer, requireNonNull(answer.model(), "the statement chose it"), query.first())));
        return results;
    }

    /** The whole texts of chunks that were found. */
    Map<UUID, String> texts(Collection<UUID> embeddings) {
        Map<UUID, String> texts = new HashMap<>();
        similar.listTexts(embeddings).forEach(chunk -> texts.put(chunk.id(), chunk.text()));
        return texts;
    }

    private @Nullable String vector(SimilarQuery query, SimilarRepository.SearchSpace space) {
        if (query.source() != null || query.mode() == SimilarMode.KEYWORD) {
            return null;
        }
        int dimensions = space.dimensions() == null ? 0 : space.dimensions();
        if (query.vector() == null) {
            return vectors.of(space.model(), requireNonNull(query.text(), "the resolver asks for one"), dimensions);
        }
        if (query.dimensions() != dimensions) {
            throw Problem.badInput(
                    "vector",
                    query.dimensions() + " numbers, where vectors of " + Problem.shown(space.model()) + " have "
                            + dimensions + ".");
        }
        return query.vector();
    }

    private static void requireKnown(SimilarQuery query) {
        if (query.source() != null) {
            throw Problem.notFound("entity", "entity with a vector of this model");
        }
        if (query.model() != null) {
            throw Problem.badInput(
                    "model",
                    "there are no vectors of `" + Problem.shown(query.model()) + "` here; see embeddingModels.");
        }
    }

    private static SimilarResult noResult(SimilarQuery query, String model) {
        requireKnown(query);
        SearchStrategy strategy = query.mode() == SimilarMode.VECTOR
                ? SearchStrategy.EXACT
                : SearchStrategy.valueOf(query.mode().name());
        return new SimilarResult(
                List.of(),
                model,
                strategy,
                query.first(),
                false,
                query.mode() == SimilarMode.KEYWORD ? null : 0,
                query.mode() == SimilarMode.VECTOR ? null : 0);
    }

    private SimilarResult result(SimilarRepository.Answer answer, String model, int requested) {
        String strategy = answer.strategy();
        return new SimilarResult(
                matches(answer.matches()),
                model,
                strategy == null ? SearchStrategy.EXACT : SearchStrategy.valueOf(strategy.toUpperCase(Locale.ROOT)),
                requested,
                answer.more() != null && answer.more(),
                answer.strategy() == null ? Integer.valueOf(0) : answer.vectorCandidates(),
                answer.keywordCandidates());
    }

    private List<SimilarMatch> matches(@Nullable String text) {
        return text == null ? List.of() : json.list(text, SimilarMatch.class);
    }

    /** @param vector text of an array of numbers; null where an entity or words are searched for */
    private record Key(String model, @Nullable String vector) {}

    /** What is asked of a post. */
    record PostQuery(
            int first, @Nullable Double threshold, @Nullable List<String> entityTypes) {

        /** As {@code app.search_options} names them; the statement adds the post. */
        Map<String, @Nullable Object> options() {
            Map<String, @Nullable Object> options = new HashMap<>();
            options.put("mode", SimilarMode.VECTOR.stored());
            options.put("first", first);
            options.put("threshold", threshold);
            options.put("entity_types", entityTypes);
            return options;
        }
    }
}
