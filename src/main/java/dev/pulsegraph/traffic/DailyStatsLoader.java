package dev.pulsegraph.traffic;

import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toMap;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.traffic.TrafficDayRepository.Answer;
import dev.pulsegraph.traffic.TrafficDayRepository.Day;
import dev.pulsegraph.traffic.TrafficQuarterRepository.Quarter;
import jakarta.inject.Singleton;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
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

/** Days of traffic of any number of periods, and each kind of list of any number of them, in one statement each. */
@Singleton
class DailyStatsLoader {
    private static final int MOST_ROWS = 40_000;

    private final TrafficDayRepository ofDays;
    private final TrafficQuarterRepository ofQuarters;

    DailyStatsLoader(TrafficDayRepository ofDays, TrafficQuarterRepository ofQuarters) {
        this.ofDays = ofDays;
        this.ofQuarters = ofQuarters;
    }

    Map<UUID, TrafficZone> zones(Set<UUID> organizations) {
        return ofDays.listZones(organizations).stream().collect(toMap(TrafficZone::organizationId, zone -> zone));
    }

    /** The days on which anything happened. */
    Map<TrafficPeriod, List<Day>> days(Set<TrafficPeriod> periods) {
        return answers(
                periods,
                period -> period,
                (a, some) -> bounded(
                        "days",
                        ofDays.listDays(
                                a.organizations(),
                                a.froms(),
                                a.tos(),
                                a.userCodes(),
                                a.shareCodes(),
                                a.contactIds(),
                                a.visitors(),
                                MOST_ROWS + 1)),
                (a, some) -> readQuarters(a).stream()
                        .map(quarter -> quarter.day(zone(some.get(quarter.asked() - 1))))
                        .toList(),
                (period, day) -> day);
    }

    /** The quarters of an hour in which anything happened, of periods that name their zone. */
    Map<TrafficPeriod, List<Quarter>> quarters(Set<TrafficPeriod> periods) {
        return answers(
                periods,
                period -> period,
                (a, some) -> List.of(),
                (a, some) -> readQuarters(a),
                (period, quarter) -> quarter);
    }

    private List<Quarter> readQuarters(AskedPeriods a) {
        return bounded(
                "quarters of an hour",
                ofQuarters.listQuarters(
                        a.organizations(),
                        a.sinces(),
                        a.untils(),
                        a.userCodes(),
                        a.shareCodes(),
                        a.contactIds(),
                        a.visitors(),
                        MOST_ROWS + 1));
    }

    Map<Top, List<ShareCodeStats>> shareCodes(Set<Top> tops) {
        return answers(
                tops,
                Top::period,
                (a, some) -> ofDays.listShareCodes(
                        a.organizations(),
                        a.froms(),
                        a.tos(),
                        a.userCodes(),
                        a.shareCodes(),
                        a.contactIds(),
                        sizes(some)),
                (a, some) -> ofQuarters.listShareCodes(
                        a.organizations(),
                        a.sinces(),
                        a.untils(),
                        a.userCodes(),
                        a.shareCodes(),
                        a.contactIds(),
                        sizes(some)),
                (top, row) -> new ShareCodeStats(
                        row.shareCode(),
                        row.userCode().isEmpty() ? null : row.userCode(),
                        row.sessions(),
                        row.pageViews(),
                        row.clicks(),
                        top.period.ofShareCode(row.userCode(), row.shareCode())));
    }

    Map<Top, List<ClickTargetStats>> clickTargets(Set<Top> tops) {
        return answers(
                tops,
                Top::period,
                (a, some) -> ofDays.listClickTargets(
                        a.organizations(),
                        a.froms(),
                        a.tos(),
                        a.userCodes(),
                        a.shareCodes(),
                        a.contactIds(),
                        sizes(some),
                        categories(some)),
                (a, some) -> ofQuarters.listClickTargets(
                        a.organizations(),
                        a.sinces(),
                        a.untils(),
                        a.userCodes(),
                        a.shareCodes(),
                        a.contactIds(),
                        sizes(some),
                        categories(some)),
                (top, row) -> new ClickTargetStats(
                        row.target(), ClickCategory.valueOf(row.category().toUpperCase(Locale.ROOT)), row.clicks()));
    }

    Map<Top, List<PageStats>> pages(Set<Top> tops) {
        return answers(
                tops,
                Top::period,
                (a, some) -> ofDays.listPages(
                        a.organizations(),
                        a.froms(),
                        a.tos(),
                        a.userCodes(),
                        a.shareCodes(),
                        a.contactIds(),
                        sizes(some)),
                (a, some) -> ofQuarters.listPages(
                        a.organizations(),
                        a.sinces(),
                        a.untils(),
                        a.userCodes(),
                        a.shareCodes(),
                        a.contactIds(),
                        sizes(some)),
                (top, row) -> new PageStats(row.pageType(), row.views()));
    }

    /** Of days that are kept alone: quarters of an hour do not tell when somebody came first. */
    Map<Top, List<ContactStats>> contacts(Set<Top> tops) {
        return answers(
                tops,
                Top::period,
                (a, some) -> ofDays.listContacts(
                        a.organizations(),
                        a.froms(),
                        a.tos(),
                        a.userCodes(),
                        a.shareCodes(),
                        a.contactIds(),
                        sizes(some)),
                (a, some) -> List.of(),
                (top, row) -> new ContactStats(
                        row.contactId(),
                        row.sessions(),
                        row.pageViews(),
                        row.clicks(),
                        row.firstVisit(),
                        row.lastVisit()));
    }

    /** What is asked of kept days and what of another zone, in a statement each. */
    private static <Q, R extends Answer, A> Map<Q, List<A>> answers(
            Set<Q> questions,
            Function<Q, TrafficPeriod> period,
            BiFunction<AskedPeriods, List<Q>, List<R>> readDays,
            BiFunction<AskedPeriods, List<Q>, List<R>> readQuarters,
            BiFunction<Q, R, A> answer) {
        Map<Boolean, List<Q>> named = questions.stream()
                .collect(partitioningBy(question -> period.apply(question).timeZone() != null));
        Map<Q, List<A>> answers = new HashMap<>();
        named.forEach((other, some) -> {
            if (!some.isEmpty()) {
                var asked = new AskedPeriods(some.stream().map(period).toList());
                collect(some, (other ? readQuarters : readDays).apply(asked, some), answer, answers);
            }
        });
        return answers;
    }

    /** The rows of each question, which they name by its place. */
    private static <Q, R extends Answer, A> void collect(
            List<Q> questions, List<R> rows, BiFunction<Q, R, A> answer, Map<Q, List<A>> answers) {
        questions.forEach(question -> answers.put(question, new ArrayList<>()));
        for (R row : rows) {
            Q question = questions.get(row.asked() - 1);
            answers.computeIfAbsent(question, any -> new ArrayList<>()).add(answer.apply(question, row));
        }
    }

    private static <R> List<R> bounded(String what, List<R> rows) {
        if (rows.size() > MOST_ROWS) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "range",
                    "there are more than " + MOST_ROWS + " " + what
                            + " of codes in all that is asked; ask for shorter ranges or for less at once.");
        }
        return rows;
    }

    private static ZoneId zone(TrafficPeriod period) {
        return ZoneId.of(Objects.requireNonNull(period.timeZone()));
    }

    private static List<String> sizes(Collection<Top> tops) {
        return tops.stream().map(top -> Integer.toString(top.most)).toList();
    }

    private static List<String> categories(Collection<Top> tops) {
        return tops.stream()
                .map(top -> top.category == null ? "" : top.category.stored())
                .toList();
    }

    /**
     * The first few of a list.
     *
     * @param category of clicks alone; null for any
     */
    record Top(TrafficPeriod period, int most, @Nullable ClickCategory category) {}
}
