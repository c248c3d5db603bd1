package dev.pulsegraph.product;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.series.Fill;
import dev.pulsegraph.series.Grouping;
import dev.pulsegraph.series.Periods;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question about events over time. Equal for equal questions.
 *
 * @param property null for measures of none
 * @param propertyName as the caller called it
 */
record EventQuery(
        EventMeasure measure,
        @Nullable PropertyPath property,
        @Nullable String propertyName,
        EventFilter filter,
        EventGroup group,
        Grouping grouping,
        Periods periods,
        @Nullable Fill fill) {

    EventQuery {
        if (measure.isOfProperty() && property == null) {
            throw Problem.badInput("property", measure + " needs the path of a property.");
        }
        if (!measure.isOfProperty() && property != null) {
            throw Problem.badInput("property", measure + " is of no property; omit it.");
        }
    }

    /** Whether it is counted by types and names alone, so that rollups can answer it, as far as they have the names. */
    boolean isOfRollups() {
        return measure == EventMeasure.COUNT
                && filter.isOfNamesAndTypes()
                && List.of(EventGroup.Kind.NONE, EventGroup.Kind.NAME, EventGroup.Kind.TYPE)
                        .contains(group.kind());
    }

    String name() {
        return propertyName == null ? measure.name() : measure + "(" + propertyName + ")";
    }
}
