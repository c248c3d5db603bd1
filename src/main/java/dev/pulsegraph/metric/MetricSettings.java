package dev.pulsegraph.metric;

import dev.pulsegraph.time.Durations;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;

/**
 * Metrics.
 *
 * @param retention how long after its end a month of samples is moved to the archive, as ISO 8601 writes periods
 */
@ConfigurationProperties("pulsegraph.metrics")
public record MetricSettings(
        @Bindable(defaultValue = MetricSettings.DEFAULT_RETENTION)
        String retention) {
    static final String DEFAULT_RETENTION = "396d";

    public MetricSettings {
        if (retention.isBlank()) {
            retention = DEFAULT_RETENTION;
        } else if (Character.isDigit(retention.charAt(0))) {
            retention = Durations.parse(retention).map(Duration::toString).orElse(retention);
        }
        if (!isPositive(retention)) {
            throw new IllegalArgumentException("pulsegraph.metrics.retention: \"" + retention
                    + "\" is not a period such as 396d, or, as ISO 8601 has it, P13M.");
        }
    }

    private static boolean isPositive(String text) {
        try {
            Period period = Period.parse(text);
            return period.getYears() >= 0 && period.getMonths() >= 0 && period.getDays() >= 0;
        } catch (DateTimeException noPeriod) {
            try {
                return !Duration.parse(text).isNegative();
            } catch (DateTimeException noDuration) {
                return false;
            }
        }
    }
}
