package dev.pulsegraph.metric;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Whether PostgreSQL and Java mean the same by the days of a time zone. The one builds the rollups of days, the other
 * says where points begin; they may know the decisions of different years, and PostgreSQL takes some names, such as CET,
 * for an offset. Where they differ, days are answered from quarters of an hour. Asked of the database once a zone.
 */
@Singleton
class ZoneRulesCheck {
    private static final LocalDate FIRST = LocalDate.of(2000, 1, 1);

    private final MetricRepository metrics;
    private final Clock clock;
    private final Map<String, Boolean> known = new ConcurrentHashMap<>();

    ZoneRulesCheck(MetricRepository metrics, Clock clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    boolean of(String timeZone) {
        Boolean agreed = known.get(timeZone);
        if (agreed == null) {
            agreed = compare(timeZone);
            known.put(timeZone, agreed);
        }
        return agreed;
    }

    private boolean compare(String timeZone) {
        try {
            ZoneId zone = ZoneId.of(timeZone);
            List<String> midnights = FIRST.datesUntil(
                            LocalDate.ofInstant(clock.instant(), zone).plusDays(3))
                    .map(day -> day.atStartOfDay(zone).toInstant().toString())
                    .collect(Collectors.toList());
            return metrics.countOtherMidnights(FIRST.toString(), midnights, timeZone) == 0;
        } catch (DateTimeException unknownToJava) {
            return false;
        }
    }
}
