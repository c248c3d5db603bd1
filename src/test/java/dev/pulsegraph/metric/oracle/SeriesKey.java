package dev.pulsegraph.metric.oracle;

import java.util.UUID;

/** What a series of samples is about. */
public record SeriesKey(String entityType, UUID entity, String metric, String platform) {

    @Override
    public String toString() {
        return entityType + "|" + entity + "|" + metric + "|" + platform;
    }
}
