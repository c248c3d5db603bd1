package dev.pulsegraph.traffic.oracle;

import dev.pulsegraph.support.oracle.Line;
import static dev.pulsegraph.traffic.oracle.Deed.given;

import dev.pulsegraph.support.oracle.LocalCalendar;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every row that every table must hold. */
public final class Recount {
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Sum> sums = new TreeMap<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private final ZoneId zone;

    private Recount(ZoneId zone) {
        this.zone = zone;
    }

    /** Of all that was done in one organization. */
    public static List<String> lines(Collection<Deed> deeds, ZoneId zone) {
        Recount recount = new Recount(zone);
        deeds.forEach(recount::keep);
        deeds.stream().filter(Deed::isTraffic).forEach(recount::count);
        Visit.of(deeds).forEach(recount::count);
        recount.sums.forEach((key, sum) ->
                recount.lines.add(key + "|" + sum.measures() + (key.startsWith("contact|") ? "|" + sum.span() : "")));
        recount.counts.forEach((key, count) -> recount.lines.add(key + "|" + count));
        return recount.lines.stream().sorted().toList();
    }

    private void keep(Deed deed) {
        String what = deed.isView()
                ? "view|" + deed.pageType()
                : deed.isClick()
                        ? "click|" + deed.clickTarget() + "|" + deed.clickCategory()
                        : "event|" + deed.type() + "|" + deed.bot();
        lines.add(String.join(
                "|",
                what,
                given(deed.name()),
                deed.key(),
                given(deed.visitor()),
                deed.codes(),
                Long.toString(Line.micros(deed.at()))));
        lines.add("message|" + deed.key());
    }

    private void count(Deed deed) {
        sums(deed).forEach(sum -> sum.add(deed));
        String people = given(deed.userCode()) + "|" + given(deed.shareCode());
        if (deed.isView()) {
            add("quarter page|" + quarter(deed.at()) + "|" + deed.codes() + "|" + deed.pageType());
            add("day page|" + day(deed.at()) + "|" + people + "|" + deed.pageType());
        } else {
            String target = deed.clickCategory() + "|" + deed.clickTarget();
            add("quarter click|" + quarter(deed.at()) + "|" + deed.codes() + "|" + target);
            add("day click|" + day(deed.at()) + "|" + people + "|" + target);
        }
    }

    private void count(Visit visit) {
        Deed earliest = visit.earliest();
        sums(earliest).forEach(sum -> sum.add(visit));
        lines.add(String.join(
                "|",
                "session",
                given(earliest.sessionId()),
                given(earliest.visitor()),
                earliest.codes(),
                given(earliest.userAgent()),
                given(earliest.referrer()),
                Long.toString(Line.micros(earliest.at())),
                Long.toString(Line.micros(visit.end())),
                Long.toString(visit.views()),
                Long.toString(visit.clicks()),
                earliest.key()));
    }

    /** All that something counts in. */
    private List<Sum> sums(Deed deed) {
        String user = given(deed.userCode());
        String share = given(deed.shareCode());
        LocalDate day = day(deed.at());
        List<Sum> all = new ArrayList<>(List.of(
                sum("quarter|" + quarter(deed.at()) + "|" + deed.codes()),
                sum("day|" + day),
                sum("user|" + day + "|" + user),
                sum("group|" + day + "|" + user + "|" + share)));
        if (deed.contactId() != null) {
            all.add(sum("contact|" + day + "|" + deed.codes()));
        }
        return all;
    }

    private Sum sum(String key) {
        return sums.computeIfAbsent(key, any -> new Sum());
    }

    private void add(String key) {
        counts.merge(key, 1L, Long::sum);
    }

    private static long quarter(Instant at) {
        return Line.micros(LocalCalendar.startOfQuarter(at));
    }

    private LocalDate day(Instant at) {
        return LocalDate.ofInstant(LocalCalendar.of(zone).startOfDay(at), zone);
    }
}
