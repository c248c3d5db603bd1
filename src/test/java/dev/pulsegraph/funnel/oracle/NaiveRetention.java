package dev.pulsegraph.funnel.oracle;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Looks at what each visitor did in which period, one visitor after the other.
 *
 * @param granularity as the API spells it
 */
public record NaiveRetention(AskedStep start, AskedStep comeback, String granularity, int periods, ZoneId zone) {

    /** Cohorts with their first day, how many there are, and how many came back: null in a period that is not over. */
    public List<Map<String, Object>> cohorts(List<ToldEvent> events, LocalDate from, LocalDate to, Instant now) {
        Map<String, List<ToldEvent>> visitors = events.stream().collect(Collectors.groupingBy(ToldEvent::visitor));
        List<Map<String, Object>> cohorts = new ArrayList<>();
        LocalDate first = period(from);
        for (LocalDate cohort = first; !cohort.isAfter(to); cohort = next(cohort)) {
            LocalDate day = cohort;
            List<List<ToldEvent>> members = visitors.values().stream()
                    .filter(told -> periods(told, start).stream()
                            .filter(one -> !one.isBefore(first) && !one.isAfter(period(to)))
                            .findFirst()
                            .filter(day::equals)
                            .isPresent())
                    .toList();
            List<String> returned = new ArrayList<>();
            LocalDate later = cohort;
            for (int i = 0; i < periods; i++) {
                later = next(later);
                LocalDate asked = later;
                boolean over = !next(later).atStartOfDay(zone).toInstant().isAfter(now);
                returned.add(
                        over
                                ? String.valueOf(members.stream()
                                        .filter(told -> periods(told, comeback).contains(asked))
                                        .count())
                                : "null");
            }
            cohorts.add(Map.of(
                    "start", cohort.toString(),
                    "size", String.valueOf(members.size()),
                    "returned", returned.toString()));
        }
        return cohorts;
    }

    private TreeSet<LocalDate> periods(List<ToldEvent> told, AskedStep step) {
        return told.stream()
                .filter(step::matches)
                .map(event -> period(event.at().atZone(zone).toLocalDate()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private LocalDate period(LocalDate day) {
        LocalDate first = day;
        while (granularity.equals("WEEK") && first.getDayOfWeek() != DayOfWeek.MONDAY) {
            first = first.minusDays(1);
        }
        return granularity.equals("MONTH") ? LocalDate.of(day.getYear(), day.getMonth(), 1) : first;
    }

    private LocalDate next(LocalDate period) {
        return switch (granularity) {
            case "DAY" -> period.plusDays(1);
            case "WEEK" -> period.plusDays(7);
            default -> period.plusMonths(1);
        };
    }
}
