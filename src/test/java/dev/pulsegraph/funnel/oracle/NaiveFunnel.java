package dev.pulsegraph.funnel.oracle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tries every attempt of every visitor, each for itself, and takes the best.
 *
 * @param ordering as the API spells it
 */
public record NaiveFunnel(List<AskedStep> steps, List<AskedStep> exclude, Duration window, String ordering) {

    /** The best attempt of each visitor that begins in a range. */
    public Map<String, Attempt> attempts(List<ToldEvent> events, Instant from, Instant to) {
        Map<String, Attempt> attempts = new TreeMap<>();
        events.stream()
                .collect(Collectors.groupingBy(ToldEvent::visitor, TreeMap::new, Collectors.toList()))
                .forEach((visitor, told) -> {
                    Attempt best = best(told, from, to);
                    if (best != null) {
                        attempts.put(visitor, best);
                    }
                });
        return attempts;
    }

    private @Nullable Attempt best(List<ToldEvent> told, Instant from, Instant to) {
        List<Seen> seen = told.stream()
                .map(event -> new Seen(event, stepsOf(event), isExcluded(event)))
                .sorted(Comparator.comparing((Seen one) -> one.event.at()).thenComparingInt(Seen::weight))
                .toList();
        Attempt best = null;
        for (int i = 0; i < seen.size(); i++) {
            Instant at = seen.get(i).event.at();
            boolean begins = ordering.equals("ANY")
                    ? !seen.get(i).steps.isEmpty()
                    : seen.get(i).steps.contains(1);
            if (begins && !at.isBefore(from) && at.isBefore(to)) {
                Attempt attempt = switch (ordering) {
                    case "ORDERED" -> ordered(seen, i);
                    case "STRICT" -> strict(seen, i);
                    default -> any(seen, i);
                };
                if (best == null
                        || attempt.reached() > best.reached()
                        || (attempt.reached() == best.reached() && attempt.endedAt == best.endedAt)) {
                    best = attempt;
                }
            }
        }
        return best;
    }

    private Attempt ordered(List<Seen> seen, int start) {
        Attempt attempt = new Attempt(seen.get(start).event, start);
        for (int i = start + 1; i < seen.size() && isOpen(seen, start, i); i++) {
            if (attempt.reached() < steps.size() && seen.get(i).steps.contains(attempt.reached() + 1)) {
                attempt.did(seen.get(i).event.at(), i);
            }
        }
        return attempt;
    }

    private Attempt strict(List<Seen> seen, int start) {
        Attempt attempt = new Attempt(seen.get(start).event, start);
        for (int i = start + 1; i < seen.size() && isOpen(seen, start, i); i++) {
            if (attempt.reached() == steps.size() || !seen.get(i).steps.contains(attempt.reached() + 1)) {
                break;
            }
            attempt.did(seen.get(i).event.at(), i);
        }
        return attempt;
    }

    private Attempt any(List<Seen> seen, int start) {
        TreeSet<Integer> done = new TreeSet<>(seen.get(start).steps);
        Attempt attempt = new Attempt(seen.get(start).event, start);
        while (attempt.reached() < done.size()) {
            attempt.did(seen.get(start).event.at(), start);
        }
        for (int i = start + 1; i < seen.size() && isOpen(seen, start, i); i++) {
            done.addAll(seen.get(i).steps);
            while (attempt.reached() < done.size()) {
                attempt.did(seen.get(i).event.at(), i);
            }
        }
        return attempt;
    }

    private boolean isOpen(List<Seen> seen, int start, int i) {
        return !seen.get(i).excluded
                && !seen.get(i).event.at().isAfter(seen.get(start).event.at().plus(window));
    }

    private TreeSet<Integer> stepsOf(ToldEvent event) {
        TreeSet<Integer> matched = new TreeSet<>();
        for (int i = 0; i < steps.size() && !isExcluded(event); i++) {
            if (steps.get(i).matches(event)) {
                matched.add(i + 1);
            }
        }
        return matched;
    }

    private boolean isExcluded(ToldEvent event) {
        return exclude.stream().anyMatch(one -> one.matches(event));
    }

    private record Seen(ToldEvent event, TreeSet<Integer> steps, boolean excluded) {
        /** In the order of the steps, of events at the same time. */
        int weight() {
            return excluded
                    ? Integer.MAX_VALUE
                    : steps.stream().mapToInt(step -> 1 << step).sum();
        }
    }

    /** Steps that were done one after the other. */
    public static final class Attempt {
        private final ToldEvent first;
        private final List<Instant> times = new ArrayList<>();
        private int endedAt;

        Attempt(ToldEvent first, int index) {
            this.first = first;
            did(first.at(), index);
        }

        private void did(Instant at, int index) {
            times.add(at);
            endedAt = index;
        }

        public ToldEvent first() {
            return first;
        }

        public int reached() {
            return times.size();
        }

        public Instant time(int step) {
            return Objects.requireNonNull(times.get(step - 1));
        }

        public double seconds(int from, int to) {
            return Duration.between(time(from), time(to)).toNanos() / 1e9;
        }
    }
}
