package dev.pulsegraph.embedding;

import static java.util.stream.Collectors.groupingBy;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Embeddings of several posts and models of several organizations, each kind in one statement. */
@Singleton
class EmbeddingLoader {
    /** Of all embeddings of an answer together: 500 each, for its text, and one a number. Some 30 MB of JSON. */
    private static final int MAX_SIZE = 3_000_000;

    private final EmbeddingRepository embeddings;

    EmbeddingLoader(EmbeddingRepository embeddings) {
        this.embeddings = embeddings;
    }

    /** Of posts that are asked all with vectors, or all without. */
    Map<Request, List<Embedding>> ofPosts(Set<Request> requests) {
        Map<UUID, List<Embedding>> byPost =
                read(requests, requests.iterator().next().vectors());
        Map<Request, List<Embedding>> found = new HashMap<>();
        requests.forEach(one -> found.put(one, byPost.getOrDefault(one.post(), List.of())));
        return found;
    }

    private Map<UUID, List<Embedding>> read(Set<Request> requests, boolean vectors) {
        List<Embedding> rows = embeddings.listByPosts(
                requests.stream().map(Request::organization).toList(),
                requests.stream().map(Request::post).toList(),
                vectors,
                MAX_SIZE);
        long size = rows.stream()
                .mapToLong(row -> 500L + (vectors ? row.dimensions() : 0))
                .sum();
        if (size > MAX_SIZE) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "These posts have more embeddings than an answer may hold; ask for fewer posts"
                            + (vectors ? ", or without `vector`." : "."));
        }
        return rows.stream().collect(groupingBy(Embedding::entityId));
    }

    Map<UUID, List<OrganizationEmbeddingModel>> models(Set<UUID> organizations) {
        Map<UUID, List<OrganizationEmbeddingModel>> found = new HashMap<>(embeddings.listModels(organizations).stream()
                .collect(groupingBy(OrganizationEmbeddingModel::organizationId)));
        organizations.forEach(id -> found.putIfAbsent(id, List.of()));
        return found;
    }

    /** A post whose embeddings are asked for, with their vectors or without. */
    record Request(UUID organization, UUID post, boolean vectors) {}
}
