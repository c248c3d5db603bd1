package dev.pulsegraph.similarity;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import dev.pulsegraph.database.DatabaseSettings;
import dev.pulsegraph.embedding.model.Vectors;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Json;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the nearest entities in {@link VectorCache} where it holds them, and hands them to {@code app.similar}, which does all
 * the rest: it reads them under row security, applies the threshold, fuses and boosts.
 */
@Singleton
class NearestInMemory {
    private final SimilarRepository similar;
    private final VectorRepository vectors;
    private final VectorCache cache;
    private final Duration timeout;
    private final Json json;

    NearestInMemory(
            SimilarRepository similar,
            VectorRepository vectors,
            VectorCache cache,
            DatabaseSettings settings,
            Json json) {
        this.similar = similar;
        this.vectors = vectors;
        this.cache = cache;
        this.timeout = settings.statementTimeout();
        this.json = json;
    }

    /** Spaces that are searched by vectors, those of organizations that are held here with them. */
    Spaces listSpaces(Collection<UUID> organizations, @Nullable String model, boolean byVectors) {
        Map<VectorCache.Key, CachedVectors> held = byVectors ? cache.held(organizations) : Map.of();
        var snapshots = VectorCache.Snapshots.of(held);
        List<SimilarRepository.SearchSpace> spaces = similar.listSearchSpaces(
                organizations, model, snapshots.organizations(), snapshots.spaces(), snapshots.snapshots());
        return new Spaces(spaces, byVectors ? cache.find(held, spaces) : Map.of());
    }

    /**
     * Sends searches, with the nearest of each vector that is searched for where they are found here.
     *
     * @param vector text of an array of numbers; null where entities or words are searched for
     */
    List<SimilarRepository.Answer> search(List<Search> searches, @Nullable String vector) {
        List<Search> here = searches.stream().filter(Search::isHere).toList();
        Map<UUID, List<float[]>> sources = vector == null ? listSources(here) : Map.of();
        Map<UUID, Set<UUID>> matching = listMatching(here);
        long begin = System.nanoTime();
        List<String> options = new ArrayList<>();
        for (Search search : searches) {
            Map<String, @Nullable Object> asked = search.query().options();
            if (search.held() != null) {
                put(
                        asked,
                        search.held(),
                        search.query(),
                        vector == null
                                ? sources.getOrDefault(search.key(), List.of())
                                : List.of(Vectors.fromText(vector)),
                        matches(search.query(), matching.get(search.key())),
                        begin);
            }
            options.add(json.text(asked));
        }
        return similar.search(
                Search.all(searches, Search::key),
                Search.all(searches, Search::organization),
                Search.all(searches, Search::space),
                vector,
                options);
    }

    private void put(
            Map<String, @Nullable Object> options,
            CachedVectors held,
            SimilarQuery query,
            List<float[]> sources,
            Predicate<CachedVectors.Row> matches,
            long begin) {
        List<UUID> ids = new ArrayList<>();
        List<Double> scores = new ArrayList<>();
        for (float[] source : sources) {
            if (System.nanoTime() - begin > timeout.toNanos()) {
                throw Problem.of(ErrorCode.TIMEOUT, "The operation took too long and was stopped; ask for less.");
            }
            for (CachedVectors.Near near : held.nearest(source, query.depth(), matches)) {
                ids.add(near.row().id());
                // Rounding may have made a cosine a little more than 1.
                scores.add(Math.clamp(near.score(), -1.0, 1.0));
            }
        }
        options.put("near_sources", sources.size());
        options.put("near_ids", ids);
        options.put("near_scores", scores);
    }

    private Map<UUID, List<float[]>> listSources(List<Search> searches) {
        return searches.isEmpty()
                ? Map.of()
                : vectors
                        .listSources(
                                Search.all(searches, Search::key),
                                Search.all(searches, Search::organization),
                                Search.all(searches, Search::space),
                                Search.all(
                                        searches,
                                        search -> source(search).type().stored()),
                                Search.all(searches, search -> source(search).id()))
                        .stream()
                        .collect(groupingBy(
                                VectorRepository.Source::search,
                                mapping(source -> Vectors.fromBinary(source.vector()), toList())));
    }

    private static EntityKey source(Search search) {
        return requireNonNull(search.query().source(), "an entity is searched for where no vector is");
    }

    /** The ids of rows that the database tells from others by more than is known of them here. */
    private Map<UUID, Set<UUID>> listMatching(List<Search> searches) {
        List<Search> narrow = searches.stream()
                .filter(search -> search.query().dependsOnMoreThanEntities())
                .toList();
        return narrow.isEmpty()
                ? Map.of()
                : vectors
                        .listMatching(
                                Search.all(narrow, Search::key),
                                Search.all(narrow, Search::organization),
                                Search.all(narrow, Search::space),
                                Search.all(
                                        narrow,
                                        search -> json.text(search.query().options())))
                        .stream()
                        .collect(toMap(VectorRepository.Matching::search, matching -> ids(matching.ids())));
    }

    private static Set<UUID> ids(byte[] uuids) {
        var bytes = ByteBuffer.wrap(uuids);
        Set<UUID> ids = HashSet.newHashSet(uuids.length / (2 * Long.BYTES));
        while (bytes.hasRemaining()) {
            ids.add(new UUID(bytes.getLong(), bytes.getLong()));
        }
        return ids;
    }

    private static Predicate<CachedVectors.Row> matches(SimilarQuery query, @Nullable Set<UUID> matching) {
        if (matching != null) {
            return row -> matching.contains(row.id());
        }
        List<String> types = query.entityTypes();
        EntityKey source = query.source();
        String sourceType = source == null ? null : source.type().stored();
        return row -> (types == null || types.contains(row.entityType()))
                && (source == null
                        || !row.entityId().equals(source.id())
                        || !row.entityType().equals(sourceType));
    }

    /** @param held vectors by organization, of those whose vectors are here as the running query shows them */
    record Spaces(List<SimilarRepository.SearchSpace> list, Map<UUID, CachedVectors> held) {
        Search search(UUID key, SimilarRepository.SearchSpace space, SimilarQuery query) {
            return new Search(
                    key,
                    space.organizationId(),
                    String.valueOf(space.spaceId()),
                    held.get(space.organizationId()),
                    query);
        }
    }

    /**
     * A search in one organization.
     *
     * @param key the organization or post that the answer is about
     * @param held all vectors of the space, when they are here
     */
    record Search(
            UUID key,
            UUID organization,
            String space,
            @Nullable CachedVectors held,
            SimilarQuery query) {
        boolean isHere() {
            return held != null;
        }

        static <T> List<T> all(List<Search> searches, Function<Search, T> part) {
            return searches.stream().map(part).toList();
        }
    }
}
