package dev.pulsegraph.traffic;

import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Estimate;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.organization.TimeZones;
import dev.pulsegraph.paging.PageRequest;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.CodePoints;
import dev.pulsegraph.time.Buckets;
import dev.pulsegraph.time.DateRange;
import dev.pulsegraph.time.DateUnit;
import dev.pulsegraph.time.RequestedDays;
import dev.pulsegraph.traffic.DailyStatsLoader.Top;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The fields of days of traffic. */
@Singleton
class DailyStatsResolver implements Resolver {
    private static final int FIRST_YEAR = 2000;

    @Limit("days of a question about traffic")
    private static final int MOST_DAYS = 3_660;

    @Limit("days of one by hours")
    private static final int MOST_DAYS_OF_HOURS = 93;

    private static final int HOURS = 24;
    private static final double COST_OF_A_DAY = 0.1;
    private static final double COST_OF_A_FOREIGN_DAY = 1;

    private final DailyStatsLoader loader;
    private final TimeZones zones;

    DailyStatsResolver(DailyStatsLoader loader, TimeZones zones) {
        this.loader = loader;
        this.zones = zones;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.field("Organization.dailyStats", this::stats)
                .field("DailyStats.timeZone", call -> zone(call).thenApply(own -> timeZone(period(call), own)))
                .field("DailyStats.days", this::days)
                .field("DailyStats.hours", this::hours)
                .field("DailyStats.totals", call -> totals(call, period(call)))
                .field("DailyStats.previous", call -> totals(call, period(call).previous()))
                .field(
                        "DailyStats.shareCodes",
                        call -> call.batch("DailyStats.shareCodes", top(call, first(call)), loader::shareCodes))
                .field(
                        "DailyStats.clickTargets",
                        call -> call.batch(
                                "DailyStats.clickTargets",
                                ofNoContact("clickTargets", top(call, first(call))),
                                loader::clickTargets))
                .field(
                        "DailyStats.pages",
                        call -> call.batch(
                                "DailyStats.pages", ofNoContact("pages", top(call, PageRequest.MOST)), loader::pages))
                .field(
                        "DailyStats.contacts",
                        call -> call.batch("DailyStats.contacts", ofKeptDays(top(call, first(call))), loader::contacts))
                .field(
                        "ShareCodeStats.visitors",
                        call -> read(call, call.source(ShareCodeStats.class).visits())
                                .thenApply(DailyStatsShape::visitors))
                .cost("Organization.dailyStats", DailyStatsResolver::cost);
    }

    /** Days of another zone are added up from quarters of an hour. */
    private static Estimate cost(Arguments arguments) {
        // Which days they are makes no difference to how many there are, give or take those of a month.
        DateRange range = asked(arguments.input("range")).resolve(LocalDate.EPOCH);
        if (range.days() > MOST_DAYS) {
            return Estimate.NONE;
        }
        double ofDay = arguments.findText("timeZone") == null ? COST_OF_A_DAY : COST_OF_A_FOREIGN_DAY;
        return Estimate.of(ofDay * range.days(), range.days() + " days")
                .with("days", range.days())
                .with("hours", HOURS * Math.min(range.days(), MOST_DAYS_OF_HOURS));
    }

    private CompletableFuture<DailyStats> stats(Call call) {
        Arguments arguments = call.arguments();
        String zone = arguments.findText("timeZone");
        var wanted = new Wanted(
                call.source(Organization.class).id(),
                asked(arguments.input("range")),
                zone == null ? null : zones.canonical(zone),
                code(arguments, "userCode"),
                code(arguments, "shareCode"),
                code(arguments, "contactId"),
                call.asksFor("days/visitors", "hours/visitors", "totals/visitors", "previous/visitors"),
                call.asksFor("hours"));
        return wanted.dependsOnZone()
                ? zone(call, wanted.organization).thenApply(wanted::resolve)
                : CompletableFuture.completedFuture(wanted.resolve(null));
    }

    private CompletableFuture<List<DailyStat>> days(Call call) {
        TrafficPeriod period = period(call);
        return read(call, period)
                .thenCombine(
                        zone(call),
                        (found, zone) -> DailyStatsShape.days(period.range(), found, zone.today(period.timeZone())));
    }

    private CompletableFuture<List<HourlyStat>> hours(Call call) {
        TrafficPeriod period = period(call);
        DateRange range = period.range();
        if (range.days() > MOST_DAYS_OF_HOURS) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "range",
                    "hours of " + range.days() + " days are more than of " + MOST_DAYS_OF_HOURS + "; from "
                            + range.to().minusDays(MOST_DAYS_OF_HOURS - 1L) + " on it fits.");
        }
        String name = Objects.requireNonNull(call.source(DailyStats.class).timeZone());
        Buckets hours = DailyStatsShape.hours(range, ZoneId.of(name));
        return call.<TrafficPeriod, List<TrafficQuarterRepository.Quarter>>batch(
                        "DailyStats.hours", period.in(name), loader::quarters)
                .thenCombine(zone(call), (found, own) -> DailyStatsShape.hours(hours, found, own.readAt()));
    }

    private static String timeZone(TrafficPeriod period, TrafficZone own) {
        return Objects.requireNonNullElse(period.timeZone(), own.timeZone());
    }

    private CompletableFuture<TrafficTotals> totals(Call call, TrafficPeriod period) {
        return read(call, period).thenApply(DailyStatsShape::totals);
    }

    private CompletableFuture<List<TrafficDayRepository.Day>> read(Call call, TrafficPeriod period) {
        return call.batch("DailyStats.days", period, loader::days);
    }

    private CompletableFuture<TrafficZone> zone(Call call) {
        return zone(call, period(call).organizationId());
    }

    private CompletableFuture<TrafficZone> zone(Call call, UUID organization) {
        return call.batch("DailyStats.timeZone", organization, loader::zones);
    }

    private static TrafficPeriod period(Call call) {
        return call.source(DailyStats.class).period();
    }

    private static Top top(Call call, int first) {
        return new Top(period(call), first, call.arguments().findEnum("category", ClickCategory.class));
    }

    private static int first(Call call) {
        return call.arguments().first(PageRequest.USUAL, PageRequest.MOST);
    }

    /** Their days have no column for it. */
    private static Top ofNoContact(String field, Top top) {
        if (top.period().contactId() != null) {
            throw Problem.badInput("contactId", field + " are not counted by contacts; ask for one of the two.");
        }
        return top;
    }

    private static RequestedDays asked(Arguments given) {
        return new RequestedDays(
                given.findDate("from"),
                given.findDate("to"),
                given.findInt("last"),
                given.findEnum("unit", DateUnit.class));
    }

    /** Their first and last visit is known by these alone. */
    private static Top ofKeptDays(Top top) {
        if (top.period().timeZone() != null) {
            throw Problem.badInput(
                    "timeZone", "contacts are counted by days of the organization's zone; ask for one of the two.");
        }
        return top;
    }

    private static DateRange checked(DateRange range) {
        if (range.from().getYear() < FIRST_YEAR) {
            throw Problem.badInput("range", "from " + range.from() + " is before the year " + FIRST_YEAR + ".");
        }
        if (range.days() > MOST_DAYS) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "range",
                    range.days() + " days are more than " + MOST_DAYS + "; from "
                            + range.to().minusDays(MOST_DAYS - 1L) + " on it fits.");
        }
        return range;
    }

    /** A code as it is asked for; null for none. */
    static @Nullable String code(Arguments arguments, String name) {
        String code = arguments.findName(name);
        if (code != null && (code.isEmpty() || CodePoints.length(code) > EventLimits.MAX_ID)) {
            throw Problem.badInput(
                    name, "`" + Problem.shown(code) + "` does not have 1 to " + EventLimits.MAX_ID + " characters.");
        }
        return code;
    }

    /**
     * What is asked for, before it is known which days that are.
     *
     * @param zone null for that of the organization
     */
    private record Wanted(
            UUID organization,
            RequestedDays days,
            @Nullable String zone,
            @Nullable String userCode,
            @Nullable String shareCode,
            @Nullable String contactId,
            boolean visitors,
            boolean hours) {

        /** Whether the organization's zone has to be read first. */
        boolean dependsOnZone() {
            return days.to() == null || zone != null || hours;
        }

        DailyStats resolve(@Nullable TrafficZone own) {
            String other = own == null || own.timeZone().equals(zone) ? null : zone;
            LocalDate today = own == null ? LocalDate.MIN : own.today(other);
            var period = new TrafficPeriod(
                    organization, other, checked(days.resolve(today)), userCode, shareCode, contactId, visitors);
            return new DailyStats(period, hours && own != null ? timeZone(period, own) : null);
        }
    }
}
