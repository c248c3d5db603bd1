package dev.pulsegraph.similarity;

import dev.pulsegraph.embedding.model.EmbeddingModel;
import dev.pulsegraph.embedding.model.Vectors;
import dev.pulsegraph.entity.EntityReference;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Estimate;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.post.Platforms;
import dev.pulsegraph.post.Post;
import dev.pulsegraph.problem.Outcome;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.CodePoints;
import dev.pulsegraph.time.TimeRange;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The fields of what is alike. */
@Singleton
class SimilarResolver implements Resolver {
    private static final int MAX_MATCHES = 100;
    private static final int MAX_K = 1_000;
    private static final double MAX_WEIGHT = 100;
    private static final double MAX_BOOST = 10;
    private static final double MIN_HALF_LIFE = 0.04;
    private static final double MAX_HALF_LIFE = 3_650;

    /** As many of an entity are compared; see {@code app.similar}. */
    static final int MAX_CHUNKS = 100;
    /** As many as are assumed: max posts have one. */
    private static final int CHUNKS_PER_POST = 3;

    static final int MIN_CANDIDATES = 100;
    static final int CANDIDATES_PER_MATCH = 4;
    private static final double SEARCH_COST = 15;
    private static final double CANDIDATE_COST = 0.1;

    private final SimilarLoader loader;

    SimilarResolver(SimilarLoader loader) {
        this.loader = loader;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.field(
                        "Organization.similar",
                        call -> call.batchEach(
                                "Organization.similar",
                                call.source(Organization.class).id(),
                                query(call.input()),
                                loader::answers))
                .field(
                        "Post.similar",
                        call -> call.batchEach(
                                "Post.similar",
                                postKey(call.source(Post.class), call.arguments()),
                                SimilarLoader.PostKey::query,
                                all -> keys -> Outcome.all(loader.postResults(keys))))
                .field("SimilarMatch.entity", call -> entity(wiring, call))
                .field(
                        "SimilarMatch.embedding",
                        call -> wiring.find(
                                call,
                                "Embedding",
                                call.source(SimilarMatch.class).id()))
                .field(
                        "SimilarMatch.text",
                        call -> call.batch(
                                "SimilarMatch.text",
                                call.source(SimilarMatch.class).id(),
                                loader::texts))
                .cost("Organization.similar", SimilarResolver::cost)
                .cost("Post.similar", SimilarResolver::costOfPostQuery);
    }

    /** A search by a vector compares it with all there are, or walks an index; an entity is searched for by each of its chunks. */
    private static Estimate cost(Arguments arguments) {
        Arguments input = arguments.input("input");
        int first = first(input);
        boolean isDeep =
                input.enumValue("mode", SimilarMode.class) != SimilarMode.VECTOR || input.findInput("boost") != null;
        int candidates = isDeep ? Math.max(MIN_CANDIDATES, CANDIDATES_PER_MATCH * first) : first;
        int searches = input.findText("entity") == null ? 1 : MAX_CHUNKS;
        return Estimate.of(
                        SEARCH_COST * searches + CANDIDATE_COST * candidates,
                        searches + (searches == 1 ? " search for " : " searches for ") + first)
                .with("matches", first);
    }

    private static Estimate costOfPostQuery(Arguments arguments) {
        int first = first(arguments);
        return Estimate.of(
                        SEARCH_COST * CHUNKS_PER_POST + CANDIDATE_COST * first,
                        CHUNKS_PER_POST + " searches for " + first)
                .with("matches", first);
    }

    private static CompletableFuture<?> entity(Wiring wiring, Call call) {
        SimilarMatch match = call.source(SimilarMatch.class);
        return wiring.entity(call, match.entityType(), match.entityId());
    }

    private static SimilarQuery query(Arguments input) {
        SimilarMode mode = input.enumValue("mode", SimilarMode.class);
        EntityKey source = source(input);
        double[] vector = vector(input);
        String text = input.findText("text");
        requireOne(mode, source, vector, text);
        Double threshold = threshold(input.findDouble("threshold"));
        if (threshold != null && mode == SimilarMode.KEYWORD) {
            throw Problem.badInput("threshold", "a cosine, which there is none of in KEYWORD mode.");
        }
        TimeRange range = input.findRange("range");
        return new SimilarQuery(
                source,
                vector == null ? null : unit(vector),
                vector == null ? 0 : vector.length,
                text,
                input.findText("model"),
                mode,
                first(input),
                threshold,
                entityTypes(input),
                Platforms.find(input.findTexts("platforms")),
                range == null ? null : range.from(),
                range == null ? null : range.to(),
                input.findObject("metadata"),
                fusion(input.findInput("fusion")),
                boost(input.findInput("boost")));
    }

    private static SimilarLoader.PostKey postKey(Post post, Arguments arguments) {
        return new SimilarLoader.PostKey(
                post.organizationId(),
                post.id(),
                new SimilarLoader.PostQuery(
                        first(arguments), threshold(arguments.findDouble("threshold")), entityTypes(arguments)));
    }

    private static void requireOne(
            SimilarMode mode, @Nullable EntityKey source, double @Nullable [] vector, @Nullable String text) {
        long given = Stream.of(source != null, vector != null, text != null)
                .filter(Boolean::booleanValue)
                .count();
        boolean vectorOfText = mode == SimilarMode.HYBRID && vector != null && text != null && source == null;
        if (given != 1 && !vectorOfText) {
            throw Problem.badInput(
                    "input", "exactly one of entity, vector and text is needed; " + given + " were given.");
        }
        if (mode != SimilarMode.VECTOR && text == null) {
            throw Problem.badInput("text", "is needed in " + mode + " mode.");
        }
        if (text != null && (CodePoints.isBlank(text) || CodePoints.length(text) > EmbeddingModel.MAX_TEXT)) {
            throw Problem.badInput("text", "1 to " + EmbeddingModel.MAX_TEXT + " characters.");
        }
    }

    private static @Nullable EntityKey source(Arguments input) {
        String entity = input.findText("entity");
        EntityType type = input.findEnum("entityType", EntityType.class);
        if (entity == null) {
            if (type != null) {
                throw Problem.badInput(
                        "entityType", "goes with entity, which is missing; see entityTypes for a filter.");
            }
            return null;
        }
        EntityReference reference = EntityReference.of("entity", entity);
        EntityType known = type == null ? reference.type() : type;
        if (known == null) {
            throw Problem.badInput("entityType", "is needed where an entity is given by its UUID.");
        }
        return new EntityKey(known, EntityReference.idOf("entity", known, entity));
    }

    private static double @Nullable [] vector(Arguments input) {
        List<Double> vector = input.findDoubles("vector");
        if (vector == null) {
            return null;
        }
        if (vector.isEmpty() || vector.size() > Vectors.MAX_DIMENSIONS) {
            throw Problem.badInput(
                    "vector", vector.size() + " numbers; allowed are 1 to " + Vectors.MAX_DIMENSIONS + ".");
        }
        return vector.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static String unit(double[] vector) {
        try {
            return Vectors.toText(Vectors.unit(vector));
        } catch (ArithmeticException noDirection) {
            throw Problem.badInput("vector", noDirection.getMessage() + ".");
        }
    }

    private static int first(Arguments arguments) {
        return arguments.first(10, MAX_MATCHES);
    }

    private static @Nullable Double threshold(@Nullable Double threshold) {
        if (threshold != null && !(threshold >= -1 && threshold <= 1)) {
            throw Problem.badInput("threshold", threshold + " is not a cosine; allowed are -1 to 1.");
        }
        return threshold;
    }

    private static @Nullable List<String> entityTypes(Arguments arguments) {
        List<EntityType> types = arguments.findEnums("entityTypes", EntityType.class);
        return types == null ? null : types.stream().map(EntityType::stored).toList();
    }

    private static SimilarQuery.Fusion fusion(@Nullable Arguments fusion) {
        if (fusion == null) {
            return SimilarQuery.Fusion.PUBLISHED;
        }
        Integer k = fusion.findInt("k");
        return new SimilarQuery.Fusion(
                (int) within("k", k == null ? null : k.doubleValue(), 60, 1, MAX_K),
                within("vectorWeight", fusion.findDouble("vectorWeight"), 1, 0, MAX_WEIGHT),
                within("keywordWeight", fusion.findDouble("keywordWeight"), 1, 0, MAX_WEIGHT));
    }

    private static SimilarQuery.@Nullable Boost boost(@Nullable Arguments boost) {
        return boost == null
                ? null
                : new SimilarQuery.Boost(
                        boost.text("metric"),
                        within("weight", boost.findDouble("weight"), 1, 0, MAX_BOOST),
                        within("halfLife", boost.findDouble("halfLife"), 7, MIN_HALF_LIFE, MAX_HALF_LIFE));
    }

    private static double within(String name, @Nullable Double given, double fallback, double min, double max) {
        double value = given == null ? fallback : given;
        if (!(value >= min && value <= max)) {
            throw Problem.badInput(name, value + " is not between " + min + " and " + max + ".");
        }
        return value;
    }
}
