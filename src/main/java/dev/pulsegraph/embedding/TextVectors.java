package dev.pulsegraph.embedding;

import dev.pulsegraph.embedding.model.EmbeddingModel;
import dev.pulsegraph.embedding.model.EmbeddingUnavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Vectors of texts one of which may be at fault: it is found by halves, so that it never harms the others. Of a text that a
 * model does not take as it is, mostly because it is too long, the beginning is embedded.
 */
final class TextVectors {
    private static final int MIN_LENGTH = 250;
    /** So many refusals one after the other say that it is not the texts. */
    private static final int MAX_REFUSALS = 5;

    private final EmbeddingModel model;
    private int refusals;

    private TextVectors(EmbeddingModel model) {
        this.model = model;
    }

    /**
     * One for each text, in their order.
     *
     * @throws EmbeddingUnavailable when the model cannot answer now, or refuses whatever it is sent
     */
    static List<Result> make(EmbeddingModel model, List<String> texts) {
        return texts.isEmpty() ? List.of() : new TextVectors(model).make(texts);
    }

    private List<Result> make(List<String> texts) {
        try {
            List<float[]> vectors = model.embed(texts);
            refusals = 0;
            return vectors.stream().map(Result::new).toList();
        } catch (EmbeddingUnavailable unavailable) {
            if (!unavailable.isBecauseOfTexts()) {
                throw unavailable;
            }
            if (texts.size() == 1) {
                return List.of(ofBeginning(texts.getFirst(), unavailable));
            }
            int half = texts.size() / 2;
            List<Result> first = make(texts.subList(0, half));
            List<Result> second = make(texts.subList(half, texts.size()));
            return Stream.concat(first.stream(), second.stream()).toList();
        }
    }

    private Result ofBeginning(String text, EmbeddingUnavailable refusal) {
        for (String beginning : beginnings(text)) {
            try {
                float[] vector = model.embed(List.of(beginning)).getFirst();
                refusals = 0;
                return new Result(vector);
            } catch (EmbeddingUnavailable unavailable) {
                if (!unavailable.isBecauseOfTexts()) {
                    throw unavailable;
                }
            }
        }
        refusals++;
        if (refusals == MAX_REFUSALS) {
            throw EmbeddingUnavailable.of(
                    model.name(), "it rejects all texts. The last error: " + refusal.getMessage());
        }
        return new Result(null);
    }

    private static List<String> beginnings(String text) {
        List<String> beginnings = new ArrayList<>();
        for (int length = text.length() / 2; length >= MIN_LENGTH; length /= 2) {
            beginnings.add(text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length));
        }
        return beginnings;
    }

    /** @param vector null when the model does not take the text */
    @SuppressWarnings("ArrayRecordComponent")
    record Result(float @Nullable [] vector) {}
}
