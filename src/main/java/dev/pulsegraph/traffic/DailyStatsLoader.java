package dev.pulsegraph.traffic;

import static java.util.stream.Collectors.toMap;

import dev.pulsegraph.database.Read;
import dev.pulsegraph.event.ClickCategory;
import dev.pulsegraph.graphql.Call;
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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Days of traffic of any number of requests, and each kind of list of any number of them, in one statement each. */
@Singleton
class DailyStatsLoader {
    private static final int MAX_ROWS = 40_000;

    private final Json json;

    DailyStatsLoader(Json json) {
        this.json = json;
    }

    CompletableFuture<TrafficZone> zone(Call call, UUID organization) {
        return call.read(
                "DailyStats.timeZone",
                organization,
                organizations -> TrafficDayRepository.zones(organizations)
                        .map(found -> found.stream().collect(toMap(TrafficZone::organizationId, zone -> zone))));
    }

    /** The days on which anything happened. */
    CompletableFuture<List<Day>> days(Call call, Request request) {
        return request.isOfKeptDays()
                ? read(
                        call,
                        "DailyStats.days",
                        request,
                        rows -> TrafficDayRepository.days(rows, MAX_ROWS + 1).map(found -> checkCount("days", found)),
                        (asked, day) -> day)
                : read(
                        call,
                        "DailyStats.days.quarters",
                        request,
                        DailyStatsLoader::quarters,
                        (asked, quarter) -> quarter.day(zone(asked.filter)));
    }

    /** The quarters of an hour in which anything happened, of a request that names its zone. */
    CompletableFuture<List<Quarter>> quarters(Call call, Request request) {
        return read(call, "DailyStats.hours", request, DailyStatsLoader::quarters, (asked, quarter) -> quarter);
    }

    CompletableFuture<List<ShareCodeStats>> shareCodes(Call call, Request request) {
        return read(
                call,
                "DailyStats.shareCodes",
                request,
                TrafficDayRepository::shareCodes,
                TrafficQuarterRepository::shareCodes,
                (asked, row) -> new ShareCodeStats(
                        row.shareCode(),
                        row.userCode().isEmpty() ? null : row.userCode(),
                        row.sessions(),
                        row.pageViews(),
                        row.clicks(),
                        asked.filter.ofShareCode(row.userCode(), row.shareCode())));
    }

    CompletableFuture<List<ClickTargetStats>> clickTargets(Call call, Request request) {
        return read(
                call,
                "DailyStats.clickTargets",
                request,
                TrafficDayRepository::clickTargets,
                TrafficQuarterRepository::clickTargets,
                (asked, row) -> new ClickTargetStats(
                        row.target(), ClickCategory.valueOf(row.category().toUpperCase(Locale.ROOT)), row.clicks()));
    }

    CompletableFuture<List<PageStats>> pages(Call call, Request request) {
        return read(
                call,
                "DailyStats.pages",
                request,
                TrafficDayRepository::pages,
                TrafficQuarterRepository::pages,
                (asked, row) -> new PageStats(row.pageType(), row.views()));
    }

    /** Of days that are kept alone: quarters of an hour do not tell when somebody came first. */
    CompletableFuture<List<ContactStats>> contacts(Call call, Request request) {
        return read(
                call,
                "DailyStats.contacts",
                request,
                TrafficDayRepository::contacts,
                (asked, row) -> new ContactStats(
                        row.contactId(),
                        row.sessions(),
                        row.pageViews(),
                        row.clicks(),
                        row.firstVisit(),
                        row.lastVisit()));
    }

    private static Read<List<Quarter>> quarters(String rows) {
        return TrafficQuarterRepository.quarters(rows, MAX_ROWS + 1)
                .map(found -> checkCount("quarters of an hour", found));
    }

    /** What is asked of kept days, or of another zone. */
    private <R extends Answer, A> CompletableFuture<List<A>> read(
            Call call,
            String name,
            Request request,
            Function<String, Read<List<R>>> ofKeptDays,
            Function<String, Read<List<R>>> ofQuarters,
            BiFunction<Request, R, A> answer) {
        return request.isOfKeptDays()
                ? read(call, name, request, ofKeptDays, answer)
                : read(call, name + ".quarters", request, ofQuarters, answer);
    }

    /** Rows name the request that they answer by its place. */
    private <R extends Answer, A> CompletableFuture<List<A>> read(
            Call call,
            String name,
            Request request,
            Function<String, Read<List<R>>> rows,
            BiFunction<Request, R, A> answer) {
        return call.read(name, request, together -> {
            List<Request> requests = List.copyOf(together);
            return rows.apply(json.text(TrafficRequests.rows(requests))).map(found -> {
                Map<Request, List<A>> answers = new HashMap<>();
                requests.forEach(one -> answers.put(one, new ArrayList<>()));
                for (R row : found) {
                    Request asked = requests.get(row.request() - 1);
                    answers.computeIfAbsent(asked, any -> new ArrayList<>()).add(answer.apply(asked, row));
                }
                return answers;
            });
        });
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

    private static ZoneId zone(TrafficScope filter) {
        return ZoneId.of(Objects.requireNonNull(filter.timeZone()));
    }

    /**
     * What is read of some traffic.
     *
     * @param first how many of a list; 0 for none
     * @param category of clicks alone; null for any
     */
    record Request(TrafficScope filter, int first, @Nullable ClickCategory category) {

        static Request of(TrafficScope filter) {
            return new Request(filter, 0, null);
        }

        /** Whether the days are those that are kept, of the organization's zone. */
        boolean isOfKeptDays() {
            return filter.timeZone() == null;
        }
    }
}
