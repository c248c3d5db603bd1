package dev.pulsegraph.traffic;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Periods as the arrays that statements take. */
record AskedPeriods(List<TrafficPeriod> periods) {

    List<UUID> organizations() {
        return periods.stream().map(TrafficPeriod::organizationId).toList();
    }

    List<String> froms() {
        return periods.stream().map(period -> period.range().from().toString()).toList();
    }

    List<String> tos() {
        return periods.stream().map(period -> period.range().to().toString()).toList();
    }

    /** When days of zones that are named begin. */
    List<String> sinces() {
        return periods.stream()
                .map(period -> midnight(period, period.range().from()))
                .toList();
    }

    List<String> untils() {
        return periods.stream()
                .map(period -> midnight(period, period.range().to().plusDays(1)))
                .toList();
    }

    List<String> userCodes() {
        return codes(periods, TrafficPeriod::userCode);
    }

    List<String> shareCodes() {
        return codes(periods, TrafficPeriod::shareCode);
    }

    List<String> contactIds() {
        return codes(periods, TrafficPeriod::contactId);
    }

    List<String> visitors() {
        return periods.stream()
                .map(period -> Boolean.toString(period.visitors()))
                .toList();
    }

    private static String midnight(TrafficPeriod period, LocalDate day) {
        return day.atStartOfDay(ZoneId.of(Objects.requireNonNull(period.timeZone())))
                .toInstant()
                .toString();
    }

    private static List<String> codes(
            Collection<TrafficPeriod> periods, Function<TrafficPeriod, @Nullable String> code) {
        return periods.stream()
                .map(period -> {
                    String asked = code.apply(period);
                    return asked == null ? "" : "=" + asked;
                })
                .toList();
    }
}
