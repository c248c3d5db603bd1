package dev.pulsegraph.graphql.engine;

import java.util.List;

/** What is asked of the objects of one type. */
final class Selection {
    private final String type;
    private final List<Step> steps;
    private final List<Step> early;

    Selection(String type, List<Step> steps) {
        this.type = type;
        this.steps = steps;
        this.early = steps.stream().filter(Step::isEarly).toList();
    }

    String type() {
        return type;
    }

    /** In the order of the answer. */
    List<Step> steps() {
        return steps;
    }

    /** Those of them that are answered when a level is read; the others are read when it is written. */
    List<Step> early() {
        return early;
    }
}
