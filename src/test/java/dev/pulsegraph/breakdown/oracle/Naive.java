package dev.pulsegraph.breakdown.oracle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Breaks traffic down by going through all of it. */
public final class Naive {
    private static final Set<String> OF_DEEDS = Set.of("PATH", "PAGE_TYPE", "CLICK_TARGET", "EVENT_NAME");
    private static final Duration PAUSE = Duration.ofMinutes(30);

    private final List<List<Deed>> visits = new ArrayList<>();
    private final String by;
    private final @Nullable String userCode;
    private final Map<String, List<String>> filter;

    public Naive(Collection<Deed> deeds, String by, @Nullable String userCode, Map<String, List<String>> filter) {
        this.by = by;
        this.userCode = userCode;
        this.filter = filter;
        Map<String, List<Deed>> byVisitor = new TreeMap<>();
        deeds.stream()
                .sorted(Comparator.comparing(Deed::at))
                .forEach(deed -> byVisitor
                        .computeIfAbsent(deed.visitor(), any -> new ArrayList<>())
                        .add(deed));
        for (List<Deed> all : byVisitor.values()) {
            List<Deed> visit = new ArrayList<>();
            for (Deed deed : all) {
                if (!visit.isEmpty()
                        && Duration.between(visit.getLast().at(), deed.at()).compareTo(PAUSE) > 0) {
                    visits.add(visit);
                    visit = new ArrayList<>();
                }
                visit.add(deed);
            }
            visits.add(visit);
        }
    }

    /** Lines of the values with most sessions, of the others, and of all, each with that of the time before. */
    public List<String> lines(Instant before, Instant from, Instant to, int first) {
        Map<String, List<Share>> now = shares(from, to);
        Map<String, List<Share>> then = shares(before, from);
        List<String> values = now.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, List<Share>> entry) -> -sessions(entry.getValue()))
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .toList();
        List<String> lines = new ArrayList<>();
        values.stream()
                .limit(first)
                .forEach(value -> lines.add(
                        value + ": " + sum(now.get(value)) + " before " + sum(then.getOrDefault(value, List.of()))));
        if (values.size() > first) {
            lines.add("other: "
                    + sum(values.stream()
                            .skip(first)
                            .flatMap(value -> shares(now, value))
                            .toList()));
        }
        lines.add("total: " + sum(now.values().stream().flatMap(List::stream).toList()));
        lines.add(
                "previous: " + sum(then.values().stream().flatMap(List::stream).toList()));
        return lines;
    }

    private static Stream<Share> shares(Map<String, List<Share>> all, String value) {
        return Objects.requireNonNull(all.get(value)).stream();
    }

    private Map<String, List<Share>> shares(Instant from, Instant to) {
        Map<String, List<Share>> shares = new HashMap<>();
        for (List<Deed> visit : visits) {
            if (!filter.entrySet().stream()
                    .filter(entry -> !OF_DEEDS.contains(entry.getKey()))
                    .allMatch(entry -> entry.getValue().contains(ofVisit(visit, entry.getKey())))) {
                continue;
            }
            if (OF_DEEDS.contains(by)) {
                visit.stream()
                        .filter(deed -> within(deed, from, to) && deed.told().containsKey(by))
                        .filter(deed -> filter.entrySet().stream()
                                .filter(entry -> OF_DEEDS.contains(entry.getKey()))
                                .allMatch(entry -> has(deed, entry)))
                        .collect(Collectors.groupingBy(
                                deed -> Objects.requireNonNull(deed.told().get(by)),
                                LinkedHashMap::new,
                                Collectors.toList()))
                        .forEach((value, some) -> add(shares, value, new Share(visit, some)));
            } else if (within(visit.getFirst(), from, to)
                    && filter.entrySet().stream()
                            .filter(entry -> OF_DEEDS.contains(entry.getKey()))
                            .allMatch(entry -> visit.stream().anyMatch(deed -> has(deed, entry)))) {
                add(shares, ofVisit(visit, by), new Share(visit, visit));
            }
        }
        return shares;
    }

    private static void add(Map<String, List<Share>> shares, String value, Share share) {
        shares.computeIfAbsent(value, any -> new ArrayList<>()).add(share);
    }

    private static boolean has(Deed deed, Map.Entry<String, List<String>> condition) {
        String value = deed.told().get(condition.getKey());
        return value != null && condition.getValue().contains(value);
    }

    private boolean within(Deed deed, Instant from, Instant to) {
        return !deed.at().isBefore(from)
                && deed.at().isBefore(to)
                && (userCode == null || userCode.equals(deed.userCode()));
    }

    private static String ofVisit(List<Deed> visit, String dimension) {
        return switch (dimension) {
            case "ENTRY_PATH" -> String.valueOf(visit.getFirst().told().get("PATH"));
            case "EXIT_PATH" ->
                visit.reversed().stream()
                        .filter(Deed::view)
                        .map(deed -> String.valueOf(deed.told().get("PATH")))
                        .findFirst()
                        .orElse("");
            default -> visit.getFirst().told().getOrDefault(dimension, "");
        };
    }

    private static long sessions(List<Share> shares) {
        return shares.stream().map(Share::visit).distinct().count();
    }

    private static String sum(@Nullable List<Share> given) {
        List<Share> shares = given == null ? List.of() : given;
        List<List<Deed>> some = shares.stream().map(Share::visit).distinct().toList();
        List<Deed> deeds =
                shares.stream().flatMap(share -> share.deeds.stream()).toList();
        long views = deeds.stream().filter(Deed::view).count();
        double seconds = some.stream()
                .mapToLong(visit -> Duration.between(
                                visit.getFirst().at(), visit.getLast().at())
                        .toSeconds())
                .sum();
        double bounces = some.stream()
                .filter(visit -> visit.size() == 1 && visit.getFirst().view())
                .count();
        return String.join(
                " ",
                "" + some.size(),
                "" + views,
                "" + (deeds.size() - views),
                ""
                        + some.stream()
                                .map(visit -> visit.getFirst().person())
                                .distinct()
                                .count(),
                "" + (some.isEmpty() ? 0.0 : seconds / some.size()),
                "" + (some.isEmpty() ? 0.0 : bounces / some.size()));
    }

    /** What of a visit counts for a value. */
    private record Share(List<Deed> visit, List<Deed> deeds) {}
}
