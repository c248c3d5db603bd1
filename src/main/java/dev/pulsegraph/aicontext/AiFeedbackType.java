package dev.pulsegraph.aicontext;

import java.util.Locale;

/** What people make of an answer of an assistant. */
enum AiFeedbackType {
    HELPFUL,
    TOO_GENERIC,
    NOT_RELEVANT,
    INCORRECT,
    EXCELLENT;

    /** As the column {@code feedback_type} has it. */
    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }
}
