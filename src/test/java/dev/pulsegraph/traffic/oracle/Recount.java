package dev.pulsegraph.traffic.oracle;

import static dev.pulsegraph.traffic.oracle.VisitorEvent.given;

import dev.pulsegraph.support.oracle.Line;
import dev.pulsegraph.support.oracle.LocalCalendar;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Every row that every table must hold. */
public final class Recount {
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Sum> sums = new TreeMap<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, TreeSet<Instant>> names = new TreeMap<>();
    private final ZoneId zone;

    private final Map<String, String> counted;
    private final Names joined;

    private Recount(Collection<VisitorEvent> events, ZoneId zone, Map<String, String> counted) {
        this.zone = zone;
        this.counted = counted;
        this.joined = new Names(events);
    }

    /**
     * Of all that was done in one organization.
     *
     * @param counted whom events are counted as in sketches, by the ends of their keys, where it is not their visitor: which of
     *     two that are one is canonical follows from the order in which they were written
     */
    public static List<String> lines(Collection<VisitorEvent> events, ZoneId zone, Map<String, String> counted) {
        Recount recount = new Recount(events, zone, counted);
        events.forEach(recount::keep);
        events.stream().filter(event -> !event.bot()).forEach(recount::countName);
        recount.names.forEach((name, span) -> recount.lines.add(
                "name|" + name + "|" + Line.micros(span.getFirst()) + "|" + Line.micros(span.getLast())));
        events.stream().filter(VisitorEvent::isTraffic).forEach(recount::count);
        Visit.of(events).forEach(recount::count);
        recount.sums.forEach((key, sum) ->
                recount.lines.add(key + "|" + sum.measures() + (key.startsWith("contact|") ? "|" + sum.span() : "")));
        recount.counts.forEach((key, count) -> recount.lines.add(key + "|" + count));
        return recount.lines.stream().sorted().toList();
    }

    private void keep(VisitorEvent event) {
        String what = event.isView()
                ? "view|" + event.pageType()
                : event.isClick()
                        ? "click|" + event.clickTarget() + "|" + event.clickCategory()
                        : "event|" + event.type() + "|" + event.bot();
        lines.add(String.join(
                "|",
                what,
                given(event.name()),
                event.endOfKey(),
                given(event.visitor()),
                event.codes(),
                Long.toString(Line.micros(event.at()))));
        lines.add("message|" + event.key());
    }

    private void countName(VisitorEvent event) {
        add("named|" + event.type() + "||" + quarter(event.at()));
        if (event.name() != null) {
            String name = event.type() + "|" + event.name();
            add("named|" + name + "|" + quarter(event.at()));
            names.computeIfAbsent(name, any -> new TreeSet<>()).add(event.at());
        }
    }

    private void count(VisitorEvent event) {
        String other = counted.get(event.endOfKey());
        String visitor = other == null ? given(event.visitor()) : joined.check(event, other);
        sums(event).forEach(sum -> sum.add(event, visitor));
        String people = given(event.userCode()) + "|" + given(event.shareCode());
        if (event.isView()) {
            add("quarter page|" + quarter(event.at()) + "|" + event.codes() + "|" + event.pageType());
            add("total page|" + day(event.at()) + "|" + event.pageType());
            add("day page|" + day(event.at()) + "|" + people + "|" + event.pageType());
        } else {
            String target = event.clickCategory() + "|" + event.clickTarget();
            add("quarter click|" + quarter(event.at()) + "|" + event.codes() + "|" + target);
            add("total click|" + day(event.at()) + "|" + target);
            add("day click|" + day(event.at()) + "|" + people + "|" + target);
        }
    }

    private void count(Visit visit) {
        VisitorEvent earliest = visit.earliest();
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
    private List<Sum> sums(VisitorEvent event) {
        String user = given(event.userCode());
        String share = given(event.shareCode());
        LocalDate day = day(event.at());
        List<Sum> all = new ArrayList<>(List.of(
                sum("quarter|" + quarter(event.at()) + "|" + event.codes()),
                sum("day|" + day),
                sum("user|" + day + "|" + user),
                sum("group|" + day + "|" + user + "|" + share)));
        if (event.contactId() != null) {
            all.add(sum("contact|" + day + "|" + event.codes()));
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
