package dev.pulsegraph.similarity;

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

/** Answers questions for what is alike: equal ones of many organizations, or of many posts, in one statement. */
@Singleton
class SimilarLoader {
    private final SimilarRepository similar;
    private final QuestionVectors vectors;
    private final RecallSample sample;
    private final Json json;

    SimilarLoader(SimilarRepository similar, QuestionVectors vectors, RecallSample sample, Json json) {
        this.similar = similar;
        this.vectors = vectors;
        this.sample = sample;
        this.json = json;
    }

    /** What an organization has no model or vector for is refused to it alone. */
    Map<UUID, Outcome<SimilarResult>> answers(Collection<UUID> organizations, SimilarQuestion question) {
        Map<Asked, List<SimilarRepository.Ground>> askedOf = new HashMap<>();
        Map<UUID, Outcome<SimilarResult>> results = new HashMap<>();
        for (SimilarRepository.Ground ground : similar.listGround(organizations, question.model())) {
            if (ground.spaceId() == null) {
                results.put(ground.organizationId(), Outcome.judge(() -> nothing(question, ground.model())));
                continue;
            }
            Outcome<Asked> asked = Outcome.judge(() -> new Asked(ground.model(), vector(question, ground)));
            if (asked.failure() == null) {
                askedOf.computeIfAbsent(asked.get(), any -> new ArrayList<>()).add(ground);
            } else {
                results.put(ground.organizationId(), Outcome.failed(asked.failure()));
            }
        }
        askedOf.forEach((asked, grounds) -> results.putAll(search(question, asked, grounds)));
        return results;
    }

    private Map<UUID, Outcome<SimilarResult>> search(
            SimilarQuestion question, Asked asked, List<SimilarRepository.Ground> grounds) {
        Map<UUID, Outcome<SimilarResult>> results = new HashMap<>();
        for (SimilarRepository.Answer answer : similar.search(grounds, question, asked.vector(), null)) {
            boolean missing = question.source() != null && answer.sources() != null && answer.sources() == 0;
            results.put(
                    answer.key(),
                    missing
                            ? Outcome.failed(Problem.notFound("entity", "entity with a vector of " + asked.model()))
                            : Outcome.of(result(answer, asked.model(), question.first())));
        }
        grounds.forEach(ground -> Optional.ofNullable(results.get(ground.organizationId()))
                .map(Outcome::value)
                .ifPresent(result -> sample.consider(ground, question, asked.vector(), result)));
        return results;
    }

    Map<UUID, SimilarResult> likePosts(Collection<UUID> posts, LikePost wanted) {
        Map<UUID, SimilarResult> results = new HashMap<>();
        similar.searchLikePosts(posts, wanted.first(), wanted.threshold(), wanted.entityTypes())
                .forEach(answer ->
                        results.put(answer.key(), result(answer, String.valueOf(answer.model()), wanted.first())));
        return results;
    }

    /** The whole texts of chunks that were found. */
    Map<UUID, String> texts(Collection<UUID> embeddings) {
        Map<UUID, String> texts = new HashMap<>();
        similar.listTexts(embeddings).forEach(chunk -> texts.put(chunk.id(), chunk.text()));
        return texts;
    }

    private @Nullable String vector(SimilarQuestion question, SimilarRepository.Ground ground) {
        if (question.source() != null || question.mode() == SimilarMode.KEYWORD) {
            return null;
        }
        int dimensions = ground.dimensions() == null ? 0 : ground.dimensions();
        if (question.vector() == null) {
            return vectors.of(ground.model(), String.valueOf(question.text()), dimensions);
        }
        if (question.dimensions() != dimensions) {
            throw Problem.badInput(
                    "vector",
                    question.dimensions() + " numbers, where vectors of " + Problem.shown(ground.model()) + " have "
                            + dimensions + ".");
        }
        return question.vector();
    }

    private static void refuseUnknown(SimilarQuestion question) {
        if (question.source() != null) {
            throw Problem.notFound("entity", "entity with a vector of this model");
        }
        if (question.model() != null) {
            throw Problem.badInput(
                    "model",
                    "there are no vectors of `" + Problem.shown(question.model()) + "` here; see embeddingModels.");
        }
    }

    private static SimilarResult nothing(SimilarQuestion question, String model) {
        refuseUnknown(question);
        SearchStrategy strategy = question.mode() == SimilarMode.VECTOR
                ? SearchStrategy.EXACT
                : SearchStrategy.valueOf(question.mode().name());
        return new SimilarResult(
                List.of(),
                model,
                strategy,
                question.first(),
                true,
                question.mode() == SimilarMode.KEYWORD ? null : 0,
                question.mode() == SimilarMode.VECTOR ? null : 0);
    }

    private SimilarResult result(SimilarRepository.Answer answer, String model, int requested) {
        String strategy = answer.strategy();
        return new SimilarResult(
                matches(answer.matches()),
                model,
                strategy == null ? SearchStrategy.EXACT : SearchStrategy.valueOf(strategy.toUpperCase(Locale.ROOT)),
                requested,
                answer.more() == null || !answer.more(),
                answer.strategy() == null ? Integer.valueOf(0) : answer.vectorCandidates(),
                answer.keywordCandidates());
    }

    private List<SimilarMatch> matches(@Nullable String written) {
        return written == null ? List.of() : json.list(written, SimilarMatch.class);
    }

    /** @param vector text of an array of numbers; null where an entity or words are asked about */
    private record Asked(String model, @Nullable String vector) {}

    /** What is asked of a post. */
    record LikePost(
            int first, @Nullable Double threshold, @Nullable List<String> entityTypes) {}
}
