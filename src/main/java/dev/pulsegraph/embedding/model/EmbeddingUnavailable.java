package dev.pulsegraph.embedding.model;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;

/** A model cannot make vectors now, which is to be expected of what stands behind a network. */
public final class EmbeddingUnavailable extends Problem {
    private static final long serialVersionUID = 1L;

    private final boolean becauseOfTexts;

    private EmbeddingUnavailable(String message, boolean becauseOfTexts) {
        super(ErrorCode.UNAVAILABLE, null, message);
        this.becauseOfTexts = becauseOfTexts;
    }

    /**
     * The model cannot be asked at the moment.
     *
     * @param why goes on after {@code The embedding model "…" cannot answer: } and ends with a full stop
     */
    public static EmbeddingUnavailable of(String model, String why) {
        return new EmbeddingUnavailable(sentence(model, why), false);
    }

    /** The model makes no vectors of these texts; others it may still take. */
    static EmbeddingUnavailable becauseOfTexts(String model, String why) {
        return new EmbeddingUnavailable(sentence(model, why), true);
    }

    /** Whether the fault is in the texts: one of them alone may be at fault. */
    public boolean isBecauseOfTexts() {
        return becauseOfTexts;
    }

    private static String sentence(String model, String why) {
        return "The embedding model \"" + model + "\" cannot answer: " + why;
    }
}
