package dev.pulsegraph.embedding;

import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.batch.ItemReader;
import dev.pulsegraph.batch.MetadataReader;
import dev.pulsegraph.embedding.model.EmbeddingModel;
import dev.pulsegraph.embedding.model.Vectors;
import dev.pulsegraph.entity.EntityFields;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.CodePoints;
import dev.pulsegraph.request.Storable;
import dev.pulsegraph.request.StrictJson;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads embeddings as clients send them: fields of an input, of a line of JSON or of a line of CSV. */
@Singleton
class EmbeddingReader implements ItemReader<EmbeddingItem> {
    /** The fields of an embedding, as the schema names them. */
    static final List<String> FIELDS =
            List.of("entityType", "entity", "sourceField", "chunkIndex", "model", "vector", "text", "metadata");

    private static final Pattern SOURCE_FIELD = Pattern.compile("[A-Za-z0-9_.-]{1,100}");
    private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}");
    private static final int MAX_CHUNK_INDEX = 9999;

    private final StrictJson json;
    private final MetadataReader metadata;

    EmbeddingReader(StrictJson json, MetadataReader metadata) {
        this.json = json;
        this.metadata = metadata;
    }

    @Override
    public EmbeddingItem read(Map<String, @Nullable Object> fields) throws InvalidItem {
        EntityType type = EntityFields.type(fields);
        UUID entity = EntityFields.id(fields, type);
        String sourceField = sourceField(fields);
        int chunkIndex = chunkIndex(fields);
        String model = model(fields);
        String text = text(fields);
        float[] vector = vector(fields);
        if (vector == null && text == null) {
            throw new InvalidItem("NOTHING_GIVEN", "vector: a vector, a text or both are needed.");
        }
        String noted = metadata.read(fields);
        return new EmbeddingItem(
                type, entity, sourceField, chunkIndex, model, vector, text, noted == null ? "{}" : noted);
    }

    private static String sourceField(Map<String, @Nullable Object> fields) throws InvalidItem {
        String name = EntityFields.required(fields, "sourceField", "BAD_FIELD");
        if (!SOURCE_FIELD.matcher(name).matches()) {
            throw new InvalidItem(
                    "BAD_FIELD",
                    "sourceField: `" + Problem.shown(name)
                            + "` is not 1 to 100 letters, digits, dots, hyphens and underscores.");
        }
        return name;
    }

    private static int chunkIndex(Map<String, @Nullable Object> fields) throws InvalidItem {
        String given = String.valueOf(fields.getOrDefault("chunkIndex", 0));
        try {
            int index = given.equals("null") ? 0 : Integer.parseInt(given);
            if (index >= 0 && index <= MAX_CHUNK_INDEX) {
                return index;
            }
        } catch (NumberFormatException noWholeNumber) {
            // falls through to the sentence below
        }
        throw new InvalidItem(
                "BAD_CHUNK",
                "chunkIndex: `" + Problem.shown(given) + "` is not a whole number from 0 to " + MAX_CHUNK_INDEX + ".");
    }

    private static @Nullable String model(Map<String, @Nullable Object> fields) throws InvalidItem {
        Object given = fields.get("model");
        if (given == null) {
            return null;
        }
        if (given instanceof String name && MODEL.matcher(name).matches()) {
            return name;
        }
        throw new InvalidItem(
                "UNKNOWN_MODEL",
                "model: `" + Problem.shown(given.toString())
                        + "` is not 1 to 200 letters, digits and . _ : / @ + -, beginning with a letter or digit.");
    }

    private static @Nullable String text(Map<String, @Nullable Object> fields) throws InvalidItem {
        Object given = fields.get("text");
        if (given == null) {
            return null;
        }
        if (!(given instanceof String text)) {
            throw new InvalidItem("BAD_TEXT", "text: a string is needed.");
        }
        int length = CodePoints.length(text);
        if (length < 1 || length > EmbeddingModel.MAX_TEXT) {
            throw new InvalidItem(
                    "BAD_TEXT",
                    "text: " + length + " characters are not 1 to " + EmbeddingModel.MAX_TEXT
                            + "; cut longer ones into chunks.");
        }
        if (!Storable.isStorable(text)) {
            throw new InvalidItem("BAD_TEXT", "text: it holds a character that cannot be stored, such as NUL.");
        }
        return text;
    }

    /** A list of numbers, or one written as JSON. */
    private float @Nullable [] vector(Map<String, @Nullable Object> fields) throws InvalidItem {
        Object given = fields.get("vector");
        if (given == null) {
            return null;
        }
        if (!((given instanceof String written ? parse(written) : given) instanceof Collection<?> list)) {
            throw new InvalidItem(
                    "NOT_FINITE",
                    "vector: `" + Problem.shown(given.toString()) + "` is not a list of numbers, such as [0.1, 0.2].");
        }
        if (list.isEmpty() || list.size() > Vectors.MAX_DIMENSIONS) {
            throw new InvalidItem(
                    "WRONG_DIMENSION",
                    "vector: " + list.size() + " numbers are not 1 to " + Vectors.MAX_DIMENSIONS + ".");
        }
        double[] numbers = new double[list.size()];
        boolean isZero = true;
        int place = 0;
        for (Object element : list) {
            double number = element instanceof Number finite ? finite.doubleValue() : Double.NaN;
            if (!Double.isFinite(number)) {
                throw new InvalidItem(
                        "NOT_FINITE",
                        "vector: `" + Problem.shown(String.valueOf(element)) + "` at place " + place
                                + " is not a finite number.");
            }
            isZero &= number == 0;
            numbers[place++] = number;
        }
        if (isZero) {
            throw new InvalidItem("ZERO_VECTOR", "vector: all of its numbers are 0, so that it has no direction.");
        }
        return Vectors.unit(numbers);
    }

    private @Nullable Object parse(String text) {
        try {
            return json.read(text);
        } catch (IOException notJson) {
            return null;
        }
    }
}
