package dev.pulsegraph.metric;

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
        @Bindable(defaultValue = "P13M") String retention) {

    public MetricSettings {
        if (!isPositive(retention)) {
            throw new IllegalArgumentException("pulsegraph.metrics.retention: \"" + retention
                    + "\" is no period of ISO 8601 such as P13M or P400D.");
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
