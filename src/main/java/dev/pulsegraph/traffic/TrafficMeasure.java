package dev.pulsegraph.traffic;

import dev.pulsegraph.series.Aggregation;
import org.jspecify.annotations.Nullable;

/** What is measured of traffic. */
enum TrafficMeasure {
    SESSIONS(Aggregation.COUNT),
    PAGE_VIEWS(Aggregation.COUNT),
    CLICKS(Aggregation.COUNT),
    VISITORS(Aggregation.COUNT),
    BOUNCE_RATE(Aggregation.AVG),
    AVERAGE_SESSION_SECONDS(Aggregation.AVG),
    VIEWS_PER_SESSION(Aggregation.AVG);

    private final Aggregation aggregation;

    TrafficMeasure(Aggregation aggregation) {
        this.aggregation = aggregation;
    }

    Aggregation aggregation() {
        return aggregation;
    }

    @Nullable
    String unit() {
        return this == AVERAGE_SESSION_SECONDS ? "seconds" : null;
    }

    /** What some traffic measures; null for a mean of no session. */
    @Nullable
    Double value(TrafficSum sum) {
        return switch (this) {
            case SESSIONS -> (double) sum.sessions();
            case PAGE_VIEWS -> (double) sum.pageViews();
            case CLICKS -> (double) sum.clicks();
            case VISITORS -> (double) sum.visitors();
            case BOUNCE_RATE -> mean(sum.bounces(), sum.sessions());
            case AVERAGE_SESSION_SECONDS -> mean(sum.seconds(), sum.sessions());
            case VIEWS_PER_SESSION -> mean(sum.pageViews(), sum.sessions());
        };
    }

    /** How much it is made of. */
    long samples(TrafficSum sum) {
        return switch (this) {
            case PAGE_VIEWS -> sum.pageViews();
            case CLICKS -> sum.clicks();
            case VISITORS -> sum.pageViews() + sum.clicks();
            case SESSIONS, BOUNCE_RATE, AVERAGE_SESSION_SECONDS, VIEWS_PER_SESSION -> sum.sessions();
        };
    }

    private static @Nullable Double mean(long of, long sessions) {
        return sessions == 0 ? null : (double) of / sessions;
    }
}
