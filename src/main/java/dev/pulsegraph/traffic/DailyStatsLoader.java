package dev.pulsegraph.traffic;

import static java.util.stream.Collectors.toMap;

import dev.pulsegraph.event.ClickCategory;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Json;
import dev.pulsegraph.traffic.TrafficDayRepository.Answer;
import dev.pulsegraph.traffic.TrafficDayRepository.Day;
import dev.pulsegraph.traffic.TrafficQuarterRepository.Quarter;
import jakarta.inject.Singleton;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Days of traffic of any number of requests, and each kind of list of any number of them, in one statement each. */
@Singleton
class DailyStatsLoader {
    private static final int MAX_ROWS = 40_000;

    private final TrafficDayRepository days;
    private final TrafficQuarterRepository quarterHours;
    private final Json json;

    DailyStatsLoader(TrafficDayRepository days, TrafficQuarterRepository quarterHours, Json json) {
        this.days = days;
        this.quarterHours = quarterHours;
        this.json = json;
    }

    Map<UUID, TrafficZone> zones(Set<UUID> organizations) {
        return days.listZones(organizations).stream().collect(toMap(TrafficZone::organizationId, zone -> zone));
    }

    /** The days on which anything happened. */
    Map<Request, List<Day>> days(Set<Request> requests) {
        Map<Request, List<Day>> answers = new HashMap<>();
        read(
                ofKeptDays(requests),
                rows -> checkCount("days", days.listDays(rows, MAX_ROWS + 1)),
                (request, day) -> day,
                answers);
        read(
                ofOtherZones(requests),
                this::listQuarterHours,
                (request, quarterHour) -> quarterHour.day(zone(request.filter)),
                answers);
        return answers;
    }

    /** The quarters of an hour in which anything happened, of requests that name their zone. */
    Map<Request, List<Quarter>> quarterHours(Set<Request> requests) {
        Map<Request, List<Quarter>> answers = new HashMap<>();
        read(List.copyOf(requests), this::listQuarterHours, (request, quarterHour) -> quarterHour, answers);
        return answers;
    }

    Map<Request, List<ShareCodeStats>> shareCodes(Set<Request> requests) {
        return read(
                requests,
                days::listShareCodes,
                quarterHours::listShareCodes,
                (request, row) -> new ShareCodeStats(
                        row.shareCode(),
                        row.userCode().isEmpty() ? null : row.userCode(),
                        row.sessions(),
                        row.pageViews(),
                        row.clicks(),
                        request.filter.ofShareCode(row.userCode(), row.shareCode())));
    }

    Map<Request, List<ClickTargetStats>> clickTargets(Set<Request> requests) {
        return read(
                requests,
                days::listClickTargets,
                quarterHours::listClickTargets,
                (request, row) -> new ClickTargetStats(
                        row.target(), ClickCategory.valueOf(row.category().toUpperCase(Locale.ROOT)), row.clicks()));
    }

    Map<Request, List<PageStats>> pages(Set<Request> requests) {
        return read(
                requests,
                days::listPages,
                quarterHours::listPages,
                (request, row) -> new PageStats(row.pageType(), row.views()));
    }

    /** Of days that are kept alone: quarters of an hour do not tell when somebody came first. */
    Map<Request, List<ContactStats>> contacts(Set<Request> requests) {
        Map<Request, List<ContactStats>> answers = new HashMap<>();
        read(
                List.copyOf(requests),
                days::listContacts,
                (request, row) -> new ContactStats(
                        row.contactId(),
                        row.sessions(),
                        row.pageViews(),
                        row.clicks(),
                        row.firstVisit(),
                        row.lastVisit()),
                answers);
        return answers;
    }

    private List<Quarter> listQuarterHours(String rows) {
        return checkCount("quarters of an hour", quarterHours.listQuarters(rows, MAX_ROWS + 1));
    }

    /** What is asked of kept days and what of another zone, in a statement each. */
    private <R extends Answer, A> Map<Request, List<A>> read(
            Set<Request> requests,
            Function<String, List<R>> readDays,
            Function<String, List<R>> readQuarterHours,
            BiFunction<Request, R, A> answer) {
        Map<Request, List<A>> answers = new HashMap<>();
        read(ofKeptDays(requests), readDays, answer, answers);
        read(ofOtherZones(requests), readQuarterHours, answer, answers);
        return answers;
    }

    /** Adds the answers to each request, which rows name by its place. */
    private <R extends Answer, A> void read(
            List<Request> requests,
            Function<String, List<R>> read,
            BiFunction<Request, R, A> answer,
            Map<Request, List<A>> answers) {
        if (requests.isEmpty()) {
            return;
        }
        requests.forEach(request -> answers.put(request, new ArrayList<>()));
        for (R row : read.apply(json.text(TrafficRequests.rows(requests)))) {
            Request request = requests.get(row.request() - 1);
            answers.computeIfAbsent(request, any -> new ArrayList<>()).add(answer.apply(request, row));
        }
    }

    private static List<Request> ofKeptDays(Set<Request> requests) {
        return requests.stream()
                .filter(request -> request.filter.timeZone() == null)
                .toList();
    }

    private static List<Request> ofOtherZones(Set<Request> requests) {
        return requests.stream()
                .filter(request -> request.filter.timeZone() != null)
                .toList();
    }

    private static <R> List<R> checkCount(String what, List<R> rows) {
        if (rows.size() > MAX_ROWS) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "range",
                    "there are more than " + MAX_ROWS + " " + what
                            + " of codes in all that is asked; ask for shorter ranges or for less at once.");
        }
        return rows;
    }

    private static ZoneId zone(TrafficFilter filter) {
        return ZoneId.of(Objects.requireNonNull(filter.timeZone()));
    }

    /**
     * What is read of some traffic.
     *
     * @param first how many of a list; 0 for none
     * @param category of clicks alone; null for any
     */
    record Request(
            TrafficFilter filter, int first, @Nullable ClickCategory category) {

        static Request of(TrafficFilter filter) {
            return new Request(filter, 0, null);
        }
    }
}
