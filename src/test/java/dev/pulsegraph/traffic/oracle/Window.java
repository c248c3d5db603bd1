package dev.pulsegraph.traffic.oracle;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What traffic measures between two instants, counted from all events. */
public final class Window {
    private final List<VisitorEvent> events;
    private final List<Visit> visits;

    private Window(List<VisitorEvent> events, List<Visit> visits) {
        this.events = events;
        this.visits = visits;
    }

    /** Of the events that match, and of the sessions whose earliest one does. */
    public static Window of(Collection<VisitorEvent> all, Instant from, Instant to, Predicate<VisitorEvent> ofCodes) {
        Predicate<VisitorEvent> within =
                event -> !event.at().isBefore(from) && event.at().isBefore(to);
        return new Window(
                all.stream()
                        .filter(VisitorEvent::isTraffic)
                        .filter(within.and(ofCodes))
                        .toList(),
                Visit.of(all).stream()
                        .filter(visit -> within.and(ofCodes).test(visit.earliest()))
                        .toList());
    }

    public @Nullable Double measure(String name) {
        return switch (name) {
            case "SESSIONS" -> (double) visits.size();
            case "PAGE_VIEWS" -> (double) views();
            case "CLICKS" ->
                (double) events.stream().filter(VisitorEvent::isClick).count();
            case "VISITORS" ->
                (double) events.stream().map(VisitorEvent::visitor).distinct().count();
            case "BOUNCE_RATE" -> mean(visits.stream().filter(Visit::isBounce).count());
            case "AVERAGE_SESSION_SECONDS" ->
                mean(visits.stream().mapToLong(Visit::seconds).sum());
            case "VIEWS_PER_SESSION" -> mean(views());
            default -> throw new IllegalArgumentException(name);
        };
    }

    private long views() {
        return events.stream().filter(VisitorEvent::isView).count();
    }

    private @Nullable Double mean(long sum) {
        return visits.isEmpty() ? null : (double) sum / visits.size();
    }
}
