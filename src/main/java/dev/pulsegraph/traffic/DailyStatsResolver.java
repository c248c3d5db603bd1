package dev.pulsegraph.traffic;

import dev.pulsegraph.event.ClickCategory;
import dev.pulsegraph.event.EventLimits;
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
import dev.pulsegraph.time.Buckets;
import dev.pulsegraph.time.DateRange;
import dev.pulsegraph.time.RequestedDays;
import dev.pulsegraph.traffic.DailyStatsLoader.Request;
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
    @Limit("days of a traffic query")
    private static final int MAX_DAYS = 3_660;

    @Limit("days of a traffic query by hours")
    private static final int MAX_DAYS_OF_HOURS = 93;

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
        wiring.read("Organization.dailyStats", this::stats)
                .read("DailyStats.timeZone", call -> zone(call).thenApply(own -> timeZone(filter(call), own)))
                .read("DailyStats.days", this::days)
                .read("DailyStats.hours", this::hours)
                .read("DailyStats.totals", call -> totals(call, filter(call)))
                .read(
                        "DailyStats.previousTotals",
                        call -> totals(call, filter(call).previous()))
                .read("DailyStats.shareCodes", call -> loader.shareCodes(call, list(call, first(call))))
                .read(
                        "DailyStats.clickTargets",
                        call -> loader.clickTargets(call, ofNoContact("clickTargets", list(call, first(call)))))
                .read(
                        "DailyStats.pages",
                        call -> loader.pages(call, ofNoContact("pages", list(call, PageRequest.MOST))))
                .read("DailyStats.contacts", call -> loader.contacts(call, ofKeptDays(list(call, first(call)))))
                .read(
                        "ShareCodeStats.visitors",
                        call -> read(call, call.source(ShareCodeStats.class).filter())
                                .thenApply(DailyStatsAssembler::visitors))
                .cost("Organization.dailyStats", DailyStatsResolver::cost);
    }

    /** Days of another zone are added up from quarters of an hour. */
    private static Estimate cost(Arguments arguments) {
        // Which days they are makes no difference to how many there are, give or take those of a month.
        DateRange range = arguments.days("range").resolve(LocalDate.EPOCH);
        if (range.days() > MAX_DAYS) {
            return Estimate.NONE;
        }
        double ofDay = arguments.findText("timeZone") == null ? COST_OF_A_DAY : COST_OF_A_FOREIGN_DAY;
        return Estimate.of(ofDay * range.days(), range.days() + " days")
                .with("days", range.days())
                .with("hours", HOURS * Math.min(range.days(), MAX_DAYS_OF_HOURS));
    }

    private CompletableFuture<DailyStats> stats(Call call) {
        Arguments arguments = call.arguments();
        String zone = arguments.findText("timeZone");
        var unresolved = new UnresolvedFilter(
                call.source(Organization.class).id(),
                arguments.days("range"),
                zone == null ? null : zones.canonical(zone),
                arguments.findName("userCode", EventLimits.MAX_ID),
                arguments.findName("shareCode", EventLimits.MAX_ID),
                arguments.findName("contactId", EventLimits.MAX_ID),
                call.asksFor("days/visitors", "hours/visitors", "totals/visitors", "previousTotals/visitors"),
                call.asksFor("hours"));
        return unresolved.dependsOnZone()
                ? loader.zone(call, unresolved.organization).thenApply(unresolved::resolve)
                : CompletableFuture.completedFuture(unresolved.resolve(null));
    }

    private CompletableFuture<List<TrafficDay>> days(Call call) {
        TrafficScope filter = filter(call);
        return read(call, filter)
                .thenCombine(
                        zone(call),
                        (found, zone) ->
                                DailyStatsAssembler.days(filter.range(), found, zone.today(filter.timeZone())));
    }

    private CompletableFuture<List<TrafficHour>> hours(Call call) {
        TrafficScope filter = filter(call);
        DateRange range = filter.range();
        if (range.days() > MAX_DAYS_OF_HOURS) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "range",
                    "hours of " + range.days() + " days exceed the limit of " + MAX_DAYS_OF_HOURS + " days; begin on "
                            + range.to().minusDays(MAX_DAYS_OF_HOURS - 1L) + " or later.");
        }
        String name = Objects.requireNonNull(call.source(DailyStats.class).timeZone());
        Buckets hours = DailyStatsAssembler.hours(range, ZoneId.of(name));
        return loader.quarters(call, Request.of(filter.in(name)))
                .thenCombine(zone(call), (found, own) -> DailyStatsAssembler.hours(hours, found, own.readAt()));
    }

    private static String timeZone(TrafficScope filter, TrafficZone own) {
        return Objects.requireNonNullElse(filter.timeZone(), own.timeZone());
    }

    private CompletableFuture<TrafficTotals> totals(Call call, TrafficScope filter) {
        return read(call, filter).thenApply(DailyStatsAssembler::totals);
    }

    private CompletableFuture<List<TrafficDayRepository.Day>> read(Call call, TrafficScope filter) {
        return loader.days(call, Request.of(filter));
    }

    private CompletableFuture<TrafficZone> zone(Call call) {
        return loader.zone(call, filter(call).organizationId());
    }

    private static TrafficScope filter(Call call) {
        return call.source(DailyStats.class).filter();
    }

    private static Request list(Call call, int first) {
        return new Request(filter(call), first, call.arguments().findEnum("category", ClickCategory.class));
    }

    private static int first(Call call) {
        return call.arguments().first(PageRequest.USUAL, PageRequest.MOST);
    }

    /** Their days have no column for it. */
    private static Request ofNoContact(String field, Request request) {
        if (request.filter().contactId() != null) {
            throw Problem.badInput("contactId", field + " is not available by contact; omit one of the two.");
        }
        return request;
    }

    /** Their first and last visit is known by these alone. */
    private static Request ofKeptDays(Request request) {
        if (request.filter().timeZone() != null) {
            throw Problem.badInput(
                    "timeZone",
                    "contacts are available for days of the organization's time zone only; omit one of the two.");
        }
        return request;
    }

    private static DateRange checkRange(DateRange range) {
        range.requireFirstYear();
        if (range.days() > MAX_DAYS) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "range",
                    range.days() + " days exceed the limit of " + MAX_DAYS + "; begin on "
                            + range.to().minusDays(MAX_DAYS - 1L) + " or later.");
        }
        return range;
    }

    /**
     * What is asked for, before it is known which days that are.
     *
     * @param zone null for that of the organization
     */
    private record UnresolvedFilter(
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
            var filter = new TrafficScope(
                    organization, other, checkRange(days.resolve(today)), userCode, shareCode, contactId, visitors);
            return new DailyStats(filter, hours && own != null ? timeZone(filter, own) : null);
        }
    }
}
