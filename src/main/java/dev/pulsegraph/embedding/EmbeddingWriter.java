package dev.pulsegraph.embedding;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.pulsegraph.batch.Batch;
import dev.pulsegraph.batch.Rejection;
import dev.pulsegraph.database.Copy;
import dev.pulsegraph.embedding.model.EmbeddingModel;
import dev.pulsegraph.embedding.model.EmbeddingModels;
import dev.pulsegraph.embedding.model.Vectors;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Json;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes embeddings, in the running transaction. Texts of a model of this process get their vectors at once; those of a
 * model elsewhere are written without, and wait to be embedded.
 */
@Singleton
public class EmbeddingWriter {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddingWriter.class);
    private static final String COPY =
            "copy pg_temp.embedding_batch (position, id, entity_type, entity_id, source_field, chunk_index, model, dimensions,"
                    + " vector_data, content, metadata, generated, by_default) from stdin";

    private final EmbeddingRepository embeddings;
    private final EmbeddingModels models;
    private final OrganizationRepository organizations;
    private final Copy copy;
    private final Json json;

    EmbeddingWriter(
            EmbeddingRepository embeddings,
            EmbeddingModels models,
            OrganizationRepository organizations,
            Copy copy,
            Json json) {
        this.embeddings = embeddings;
        this.models = models;
        this.organizations = organizations;
        this.copy = copy;
        this.json = json;
    }

    /** Writes embeddings by COPY and one call. */
    UpsertEmbeddingsPayload upsert(UUID organization, Batch<EmbeddingItem> batch) {
        organizations.requireVisible(organization);
        return write(organization, batch);
    }

    /** Deletes embeddings; whatever is not null narrows it down. Answers how many. */
    int delete(
            UUID organization,
            @Nullable EntityType type,
            @Nullable UUID entity,
            @Nullable String sourceField,
            @Nullable String model) {
        organizations.requireVisible(organization);
        return embeddings.delete(organization, type == null ? null : type.stored(), entity, sourceField, model);
    }

    /**
     * Has a field of an entity have these texts and no others, embedded by the model of the organization. Those that are
     * there already cost nothing.
     *
     * @param chunks each of 1 to 10,000 characters
     */
    public void replaceTexts(UUID organization, EntityType type, UUID entity, String sourceField, List<String> chunks) {
        List<Rejection> rejected = List.of();
        if (chunks.isEmpty()) {
            embeddings.lockAlone(organization);
        } else {
            List<EmbeddingItem> items = IntStream.range(0, chunks.size())
                    .mapToObj(i -> new EmbeddingItem(type, entity, sourceField, i, null, null, chunks.get(i), "{}"))
                    .toList();
            rejected = write(organization, Batch.of(items)).rejected();
            rejected.forEach(rejection ->
                    LOG.warn("{} {} of {} was not embedded: {}", type, entity, organization, rejection.reason()));
        }
        // What cannot be embedded must not be found by what it said before.
        int kept = rejected.isEmpty() ? chunks.size() : 0;
        embeddings.deleteTexts(organization, type.stored(), entity, sourceField, kept);
    }

    private UpsertEmbeddingsPayload write(UUID organization, Batch<EmbeddingItem> batch) {
        List<EmbeddingItem> items = batch.items();
        String current =
                items.stream().allMatch(item -> item.model() != null) ? "" : embeddings.findCurrentModel(organization);
        Map<String, List<Integer>> texts = new LinkedHashMap<>();
        List<Row> rows = new ArrayList<>(items.size());
        List<Rejection> rejected = new ArrayList<>();
        for (int place = 0; place < items.size(); place++) {
            EmbeddingItem item = items.get(place);
            String name = item.model() == null ? current : item.model();
            if (item.vector() == null) {
                texts.computeIfAbsent(name, any -> new ArrayList<>()).add(place);
                continue;
            }
            int dimensions = item.vector().length;
            int expected = models.find(name).map(EmbeddingModel::dimensions).orElse(dimensions);
            if (dimensions == expected) {
                rows.add(new Row(place, item, name, dimensions, item.vector()));
            } else {
                rejected.add(new Rejection(
                        place,
                        "WRONG_DIMENSION",
                        "vector: " + dimensions + " numbers, where vectors of \"" + name + "\" have " + expected
                                + "."));
            }
        }
        texts.forEach((name, places) -> models.find(name)
                .ifPresentOrElse(
                        model -> rows.addAll(embed(model, items, places)),
                        () -> places.forEach(place -> rejected.add(unknown(place, name)))));
        embeddings.createStaging();
        copy.send(COPY, rows.stream().map(Row::values));
        EmbeddingRepository.WriteResult result = embeddings.writeBatch(organization);
        rejected.addAll(Rejection.list(json, result.rejected()));
        return UpsertEmbeddingsPayload.of(batch.result(result.written(), rejected), result.waiting());
    }

    private static List<Row> embed(EmbeddingModel model, List<EmbeddingItem> items, List<Integer> places) {
        List<float[]> vectors = model.isLocal()
                ? model.embed(places.stream()
                        .map(place -> Objects.requireNonNull(items.get(place).text()))
                        .toList())
                : List.of();
        List<Row> rows = new ArrayList<>(places.size());
        for (int place : places) {
            float[] vector = model.isLocal() ? Vectors.unit(vectors.get(rows.size())) : null;
            rows.add(new Row(place, items.get(place), model.name(), model.dimensions(), vector));
        }
        return rows;
    }

    private Rejection unknown(int place, String model) {
        return new Rejection(
                place,
                "UNKNOWN_MODEL",
                "model: this server cannot embed with `" + Problem.shown(model) + "`; it can with "
                        + String.join(
                                ", ",
                                models.list().stream().map(EmbeddingModel::name).toList())
                        + ". Send the vector too.");
    }

    /** An item, its place in the batch, and its vector if it has one by now. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Row(int place, EmbeddingItem item, String model, int dimensions, float @Nullable [] vector) {
        List<@Nullable String> values() {
            return Arrays.asList(
                    Integer.toString(place),
                    UuidCreator.getTimeOrderedEpoch().toString(),
                    item.entityType().stored(),
                    item.entity().toString(),
                    item.sourceField(),
                    Integer.toString(item.chunkIndex()),
                    model,
                    Integer.toString(dimensions),
                    vector == null ? null : Vectors.toText(vector),
                    item.text(),
                    item.metadata(),
                    Boolean.toString(item.vector() == null),
                    Boolean.toString(item.model() == null));
        }
    }
}
