package dev.pulsegraph.annotation;

import dev.pulsegraph.problem.Problem;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A new annotation, or changes of one. Null leaves a thing as it is.
 *
 * @param id null for a new one
 */
record AnnotateInput(
        UUID organization,
        @Nullable UUID id,
        @Nullable LocalDate date,
        @Nullable String text) {

    AnnotateInput {
        if (id == null && date == null) {
            throw Problem.badInput("date", "a new annotation needs one.");
        }
        if (id == null && text == null) {
            throw Problem.badInput("text", "a new annotation needs one.");
        }
    }
}
