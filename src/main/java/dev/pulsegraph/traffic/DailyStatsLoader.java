package dev.pulsegraph.traffic;

import static java.util.stream.Collectors.toMap;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.traffic.TrafficDayRepository.Answer;
import dev.pulsegraph.traffic.TrafficDayRepository.Day;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Days of traffic of any number of periods, and each kind of list of any number of them, in one statement each. */
@Singleton
class DailyStatsLoader {
    private static final int MOST_DAYS = 40_000;

    private final TrafficDayRepository repository;

    DailyStatsLoader(TrafficDayRepository repository) {
        this.repository = repository;
    }

    Map<UUID, TrafficZone> zones(Set<UUID> organizations) {
        return repository.listZones(organizations).stream().collect(toMap(TrafficZone::organizationId, zone -> zone));
    }

    /** The days on which anything happened. */
    Map<TrafficPeriod, List<Day>> days(Set<TrafficPeriod> periods) {
        var a = Asked.of(periods);
        List<Day> days = repository.listDays(
                a.organizations,
                a.froms,
                a.tos,
                a.userCodes,
                a.shareCodes,
                a.contactIds,
                periods.stream()
                        .map(period -> Boolean.toString(period.visitors()))
                        .toList(),
                MOST_DAYS + 1);
        if (days.size() > MOST_DAYS) {
            throw Problem.parse(
                    ErrorCode.LIMIT_EXCEEDED,
                    "range: there are more than " + MOST_DAYS
                            + " days of codes in all that is asked; ask for shorter ranges or for less at once.");
        }
        return answers(List.copyOf(periods), days, (period, day) -> day);
    }

    Map<Top, List<ShareCodeStats>> shareCodes(Set<Top> tops) {
        var a = Asked.of(periods(tops));
        return answers(
                List.copyOf(tops),
                repository.listShareCodes(
                        a.organizations, a.froms, a.tos, a.userCodes, a.shareCodes, a.contactIds, sizes(tops)),
                (top, row) -> new ShareCodeStats(
                        row.shareCode(),
                        row.userCode().isEmpty() ? null : row.userCode(),
                        row.sessions(),
                        row.pageViews(),
                        row.clicks(),
                        top.period.ofShareCode(row.userCode(), row.shareCode())));
    }

    Map<Top, List<ClickTargetStats>> clickTargets(Set<Top> tops) {
        var a = Asked.of(periods(tops));
        return answers(
                List.copyOf(tops),
                repository.listClickTargets(
                        a.organizations,
                        a.froms,
                        a.tos,
                        a.userCodes,
                        a.shareCodes,
                        a.contactIds,
                        sizes(tops),
                        tops.stream()
                                .map(top -> top.category == null ? "" : top.category.stored())
                                .toList()),
                (top, row) -> new ClickTargetStats(
                        row.target(), ClickCategory.valueOf(row.category().toUpperCase(Locale.ROOT)), row.clicks()));
    }

    Map<Top, List<PageStats>> pages(Set<Top> tops) {
        var a = Asked.of(periods(tops));
        return answers(
                List.copyOf(tops),
                repository.listPages(
                        a.organizations, a.froms, a.tos, a.userCodes, a.shareCodes, a.contactIds, sizes(tops)),
                (top, row) -> new PageStats(row.pageType(), row.views()));
    }

    Map<Top, List<ContactStats>> contacts(Set<Top> tops) {
        var a = Asked.of(periods(tops));
        return answers(
                List.copyOf(tops),
                repository.listContacts(
                        a.organizations, a.froms, a.tos, a.userCodes, a.shareCodes, a.contactIds, sizes(tops)),
                (top, row) -> new ContactStats(
                        row.contactId(),
                        row.sessions(),
                        row.pageViews(),
                        row.clicks(),
                        row.firstVisit(),
                        row.lastVisit()));
    }

    /** The rows of each question, which they name by its place. */
    private static <Q, R extends Answer, A> Map<Q, List<A>> answers(
            List<Q> questions, List<R> rows, BiFunction<Q, R, A> answer) {
        Map<Q, List<A>> answers = new HashMap<>();
        questions.forEach(question -> answers.put(question, new ArrayList<>()));
        for (R row : rows) {
            Q question = questions.get(row.asked() - 1);
            answers.computeIfAbsent(question, any -> new ArrayList<>()).add(answer.apply(question, row));
        }
        return answers;
    }

    private static List<TrafficPeriod> periods(Collection<Top> tops) {
        return tops.stream().map(Top::period).toList();
    }

    private static List<String> sizes(Collection<Top> tops) {
        return tops.stream().map(top -> Integer.toString(top.most)).toList();
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

    /**
     * The first few of a list.
     *
     * @param category of clicks alone; null for any
     */
    record Top(TrafficPeriod period, int most, @Nullable ClickCategory category) {}

    /** Periods as the arrays that statements take. */
    private record Asked(
            List<UUID> organizations,
            List<String> froms,
            List<String> tos,
            List<String> userCodes,
            List<String> shareCodes,
            List<String> contactIds) {

        static Asked of(Collection<TrafficPeriod> periods) {
            return new Asked(
                    periods.stream().map(TrafficPeriod::organizationId).toList(),
                    periods.stream()
                            .map(period -> period.range().from().toString())
                            .toList(),
                    periods.stream()
                            .map(period -> period.range().to().toString())
                            .toList(),
                    codes(periods, TrafficPeriod::userCode),
                    codes(periods, TrafficPeriod::shareCode),
                    codes(periods, TrafficPeriod::contactId));
        }
    }
}
