package dev.pulsegraph.similarity;

import static java.util.Objects.requireNonNull;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.pulsegraph.entity.EntityType;
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
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answers queries for what is alike: equal ones of many organizations, or of many posts, in one statement. */
@Singleton
class SimilarLoader {
    private final SimilarRepository similar;
    private final NearestInMemory memory;
    private final QueryVectors vectors;
    private final RecallMonitor monitor;
    private final Json json;

    SimilarLoader(
            SimilarRepository similar, NearestInMemory memory, QueryVectors vectors, RecallMonitor monitor, Json json) {
        this.similar = similar;
        this.memory = memory;
        this.vectors = vectors;
        this.monitor = monitor;
        this.json = json;
    }

    /** What an organization has no model or vector for fails for it alone. */
    Map<UUID, Outcome<SimilarResult>> answers(Collection<UUID> organizations, SimilarQuery query) {
        Map<Key, List<SimilarRepository.SearchSpace>> spacesByKey = new HashMap<>();
        Map<UUID, Outcome<SimilarResult>> results = new HashMap<>();
        NearestInMemory.Spaces found =
                memory.listSpaces(organizations, query.model(), query.mode() != SimilarMode.KEYWORD);
        for (SimilarRepository.SearchSpace space : found.list()) {
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
        spacesByKey.forEach((key, spaces) -> results.putAll(search(query, key, spaces, found)));
        return results;
    }

    private Map<UUID, Outcome<SimilarResult>> search(
            SimilarQuery query, Key key, List<SimilarRepository.SearchSpace> spaces, NearestInMemory.Spaces found) {
        Map<UUID, Outcome<SimilarResult>> results = new HashMap<>();
        List<NearestInMemory.Search> searches = spaces.stream()
                .map(space -> found.search(space.organizationId(), space, query))
                .toList();
        for (SimilarRepository.Answer answer : memory.search(searches, key.vector())) {
            boolean missing = query.source() != null && answer.sources() == 0;
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

    /** What is like each of several posts of which the same is asked, by the models that answer for their organizations. */
    Map<PostKey, SimilarResult> postResults(Set<PostKey> posts) {
        NearestInMemory.Spaces found =
                memory.listSpaces(posts.stream().map(PostKey::organization).collect(toSet()), null, true);
        Map<UUID, SimilarRepository.SearchSpace> spaces =
                found.list().stream().collect(toMap(SimilarRepository.SearchSpace::organizationId, identity()));
        Map<PostKey, SimilarResult> results = new HashMap<>();
        Map<UUID, PostKey> searched = new HashMap<>();
        List<NearestInMemory.Search> searches = new ArrayList<>();
        for (PostKey post : posts) {
            SimilarRepository.SearchSpace space = spaces.get(post.organization());
            if (space == null) {
                continue;
            }
            SimilarQuery query = post.query().of(post.post());
            if (space.spaceId() == null) {
                results.put(post, emptyResult(query, space.model()));
            } else {
                searched.put(post.post(), post);
                searches.add(found.search(post.post(), space, query));
            }
        }
        memory.search(searches, null).forEach(answer -> {
            PostKey post = requireNonNull(searched.get(answer.key()));
            String model = requireNonNull(spaces.get(post.organization())).model();
            results.put(post, result(answer, model, post.query().first()));
        });
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
        return emptyResult(query, model);
    }

    private static SimilarResult emptyResult(SimilarQuery query, String model) {
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
        return new SimilarResult(
                json.list(answer.matches(), SimilarMatch.class),
                model,
                SearchStrategy.valueOf(answer.strategy().toUpperCase(Locale.ROOT)),
                requested,
                answer.more(),
                answer.vectorCandidates(),
                answer.keywordCandidates());
    }

    /** @param vector text of an array of numbers; null where an entity or words are searched for */
    private record Key(String model, @Nullable String vector) {}

    /** A post, and what is asked of it. */
    record PostKey(UUID organization, UUID post, PostQuery query) {}

    /** The arguments of {@code Post.similar}. */
    record PostQuery(
            int first, @Nullable Double threshold, @Nullable List<String> entityTypes) {

        SimilarQuery of(UUID post) {
            return SimilarQuery.of(new EntityKey(EntityType.POST, post), first, threshold, entityTypes);
        }
    }
}
