package dev.pulsegraph.metric.oracle;

import dev.pulsegraph.metric.oracle.Definition.Aggregation;
import dev.pulsegraph.metric.oracle.Definition.Kind;
import dev.pulsegraph.metric.oracle.Question.Dimension;
import dev.pulsegraph.metric.oracle.Question.Fill;
import dev.pulsegraph.support.oracle.Granularity;
import dev.pulsegraph.support.oracle.LocalCalendar;
import dev.pulsegraph.support.oracle.Span;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers questions by looking at every sample for every point. */
public final class Oracle {
    private static final MathContext PRECISE = new MathContext(60);

    private final List<Reading> readings;
    private final Map<String, Definition> definitions;
    private final ZoneId zone;
    private final Instant asOf;

    /** @param zone the organization's */
    public Oracle(Ledger ledger, Map<String, Definition> definitions, ZoneId zone, Instant asOf) {
        this.readings = ledger.readings();
        this.definitions = definitions;
        this.zone = zone;
        this.asOf = asOf;
    }

    /** Everything the answer to a question has to say. */
    public List<Cell> answer(Question question) {
        LocalCalendar calendar = LocalCalendar.of(question.timeZone() == null ? zone : ZoneId.of(question.timeZone()));
        List<Span> spans = Span.between(calendar.edges(question.granularity(), question.from(), question.to()));
        List<Span> before = switch (question.compareTo()) {
            case PREVIOUS_PERIOD -> calendar.periodBefore(question.granularity(), spans);
            case PREVIOUS_YEAR -> calendar.yearBefore(question.granularity(), spans);
            case null -> List.of();
        };
        List<Cell> cells = new ArrayList<>();
        int[] number = {0};
        for (String metric : question.metrics()) {
            var series = new ForMetric(question, definition(metric), spans, before);
            series.groups().forEach(group -> series.write(group, number[0]++, cells));
        }
        return cells;
    }

    /** How much of a metric each post has in a range, of one platform or of all. */
    public Map<UUID, Double> byPost(String metric, @Nullable String platform, Instant from, Instant to) {
        var question = Question.of(metric, Granularity.TOTAL, null, from.toString(), to.toString());
        var range = List.of(new Span(from, to));
        var series = new ForMetric(question, definition(metric), range, List.of());
        Map<UUID, List<Reading>> byPost = new TreeMap<>();
        for (Reading reading : readings) {
            SeriesKey of = reading.series();
            if (of.metric().equals(metric)
                    && of.entityType().equals("POST")
                    && (platform == null || of.platform().equals(platform))) {
                byPost.computeIfAbsent(of.entity(), absent -> new ArrayList<>()).add(reading);
            }
        }
        byPost.values().removeIf(its -> within(range, its).isEmpty());
        Map<UUID, Double> values = new TreeMap<>();
        byPost.forEach((post, its) ->
                values.put(post, Objects.requireNonNull(number(series.aggregate(within(range, its), range, its)))));
        return values;
    }

    /** The newest value of each metric of a post: the metric, the value, the time, and the same of each platform. */
    public List<Cell> newest(UUID post) {
        Map<String, Map<String, Reading>> newest = new TreeMap<>();
        readings.stream()
                .filter(reading -> reading.series().entity().equals(post))
                .forEach(reading -> newest.computeIfAbsent(reading.series().metric(), absent -> new TreeMap<>())
                        .put(reading.series().platform(), reading));
        List<Cell> cells = new ArrayList<>();
        newest.forEach((metric, byPlatform) -> {
            boolean ratio = definition(metric).kind() == Kind.RATIO;
            cells.add(new Cell(
                    metric, number(ratio ? mean(byPlatform.values()) : sum(byPlatform.values(), Reading::value))));
            cells.add(new Cell(
                    metric + " at",
                    byPlatform.values().stream()
                            .map(Reading::at)
                            .max(Comparator.naturalOrder())
                            .orElseThrow()));
            byPlatform.forEach((platform, reading) -> {
                cells.add(new Cell(metric + " " + platform, number(reading.value())));
                cells.add(new Cell(metric + " " + platform + " at", reading.at()));
            });
        });
        return cells;
    }

    private Definition definition(String metric) {
        return Objects.requireNonNull(definitions.get(metric));
    }

    static String place(
            int number,
            @Nullable String metric,
            @Nullable String aggregation,
            @Nullable String platform,
            @Nullable String entityType,
            @Nullable String entity,
            boolean other) {
        return number + " " + metric + " " + aggregation + " " + platform + " " + entityType + " " + entity
                + (other ? " other" : "");
    }

    /** Some samples that are answered together. */
    private record Group(
            @Nullable String platform,
            @Nullable String entityType,
            @Nullable String entity,
            boolean other,
            List<Reading> readings) {}

    /** Where a group's samples come from. */
    private record Name(
            @Nullable String platform,
            @Nullable String entityType,
            @Nullable String entity) {}

    private final class ForMetric {
        private final Question question;
        private final Definition definition;
        private final Aggregation aggregation;
        private final List<Span> spans;
        private final List<Span> before;

        ForMetric(Question question, Definition definition, List<Span> spans, List<Span> before) {
            this.question = question;
            this.definition = definition;
            this.aggregation = question.aggregation() == null ? definition.aggregation() : question.aggregation();
            this.spans = spans;
            this.before = before;
        }

        List<Group> groups() {
            List<Reading> chosen = readings.stream().filter(this::asked).toList();
            if (question.groupBy().isEmpty()) {
                return List.of(new Group(null, null, null, false, chosen));
            }
            Map<Name, List<Reading>> byName = new LinkedHashMap<>();
            chosen.forEach(reading -> byName.computeIfAbsent(name(reading), absent -> new ArrayList<>())
                    .add(reading));
            List<Group> groups = new ArrayList<>();
            byName.forEach((name, its) -> {
                if (!within(spans, its).isEmpty()
                        || (!before.isEmpty() && !within(before, its).isEmpty())) {
                    groups.add(new Group(name.platform, name.entityType, name.entity, false, its));
                }
            });
            groups.sort(Comparator.<Group, @Nullable BigDecimal>comparing(
                            this::total, Comparator.nullsLast(Comparator.reverseOrder()))
                    .thenComparing(group -> String.valueOf(group.platform))
                    .thenComparing(group -> String.valueOf(group.entity)));
            Integer top = question.topGroups();
            if (top == null || groups.size() <= top) {
                return groups;
            }
            List<Group> shown = new ArrayList<>(groups.subList(0, top));
            List<Reading> rest = groups.subList(top, groups.size()).stream()
                    .flatMap(group -> group.readings.stream())
                    .toList();
            shown.add(new Group(null, null, null, true, rest));
            return shown;
        }

        private boolean asked(Reading reading) {
            SeriesKey series = reading.series();
            return series.metric().equals(definition.name())
                    && (question.entityType() == null || question.entityType().equals(series.entityType()))
                    && (question.entities().isEmpty() || question.entities().contains(series.entity()))
                    && (question.platforms().isEmpty() || question.platforms().contains(series.platform()));
        }

        private Name name(Reading reading) {
            boolean byPlatform = question.groupBy().contains(Dimension.PLATFORM);
            boolean byEntity = question.groupBy().contains(Dimension.ENTITY);
            SeriesKey series = reading.series();
            return new Name(
                    byPlatform ? series.platform() : null,
                    byEntity ? series.entityType() : null,
                    byEntity ? series.entity().toString() : null);
        }

        private @Nullable BigDecimal total(Group group) {
            return total(spans, group);
        }

        private @Nullable BigDecimal total(List<Span> of, Group group) {
            return aggregate(within(of, group.readings), of, group.readings);
        }

        void write(Group group, int number, List<Cell> cells) {
            String place = place(
                    number,
                    definition.name(),
                    aggregation.name(),
                    group.platform,
                    group.entityType,
                    group.entity,
                    group.other);
            writePoints(cells, place, spans, group);
            BigDecimal total = total(spans, group);
            cells.add(new Cell(place + " total", number(total)));
            if (question.compareTo() != null) {
                writePoints(cells, place + " before", before, group);
                BigDecimal other = total(before, group);
                cells.add(new Cell(place + " before total", number(other)));
                cells.add(new Cell(place + " change", number(change(total, other))));
            }
        }

        private void writePoints(List<Cell> cells, String place, List<Span> of, Group group) {
            BigDecimal previous = null;
            for (int i = 0; i < of.size(); i++) {
                Instant from = of.get(i).from();
                Instant to = of.get(i).to();
                List<Reading> its = within(List.of(of.get(i)), group.readings);
                BigDecimal value =
                        its.isEmpty() ? filled(previous) : aggregate(its, of.subList(0, i + 1), group.readings);
                String at = place + " point " + i;
                cells.add(new Cell(at + " at", from));
                cells.add(new Cell(at + " value", number(value)));
                cells.add(new Cell(at + " samples", (double) its.size()));
                cells.add(new Cell(at + " source", source(from, to)));
                cells.add(new Cell(at + " complete", !to.isAfter(asOf)));
                previous = value;
            }
        }

        private @Nullable BigDecimal filled(@Nullable BigDecimal previous) {
            Fill byDefault = counts() ? Fill.ZERO : Fill.NULL;
            return switch (question.fill() == null ? byDefault : question.fill()) {
                case ZERO -> BigDecimal.ZERO;
                case NULL -> null;
                case PREVIOUS -> previous;
            };
        }

        private boolean counts() {
            return aggregation == Aggregation.SUM || aggregation == Aggregation.COUNT;
        }

        /** @param spans those that were read so far, of which the last value of each series counts, if it has no newer one */
        private @Nullable BigDecimal aggregate(List<Reading> its, List<Span> spans, List<Reading> all) {
            if (its.isEmpty()) {
                return counts() ? BigDecimal.ZERO : null;
            }
            return switch (aggregation) {
                case SUM -> sum(its, definition.kind() == Kind.COUNTER ? Reading::growth : Reading::value);
                case AVG -> mean(its);
                case MIN ->
                    its.stream()
                            .map(Reading::value)
                            .min(Comparator.naturalOrder())
                            .orElseThrow();
                case MAX ->
                    its.stream()
                            .map(Reading::value)
                            .max(Comparator.naturalOrder())
                            .orElseThrow();
                case COUNT -> BigDecimal.valueOf(its.size());
                case LAST -> {
                    Map<String, Reading> newest = new TreeMap<>();
                    Instant first = spans.getFirst().from();
                    all.stream()
                            .filter(reading -> reading.at().isBefore(first)
                                    || spans.stream().anyMatch(span -> span.holds(reading.at())))
                            .forEach(reading -> newest.put(reading.series().toString(), reading));
                    yield definition.kind() == Kind.RATIO
                            ? mean(newest.values())
                            : sum(newest.values(), Reading::value);
                }
            };
        }
    }

    /** Readings are in the order of time in each series, and stay so. */
    private static List<Reading> within(List<Span> spans, List<Reading> readings) {
        return readings.stream()
                .filter(reading -> spans.stream().anyMatch(span -> span.holds(reading.at())))
                .toList();
    }

    private static BigDecimal sum(Collection<Reading> readings, Function<Reading, BigDecimal> of) {
        return readings.stream().map(of).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal mean(Collection<Reading> readings) {
        return sum(readings, Reading::value).divide(BigDecimal.valueOf(readings.size()), PRECISE);
    }

    private static @Nullable BigDecimal change(@Nullable BigDecimal total, @Nullable BigDecimal other) {
        return total == null || other == null || other.signum() == 0
                ? null
                : total.subtract(other).divide(other.abs(), PRECISE);
    }

    /** Rollups answer all but what lies beside quarters of an hour; nothing is read for a bucket that has no time at all. */
    private static String source(Instant from, Instant to) {
        if (!from.isBefore(to)) {
            return "ROLLUP";
        }
        Instant first = LocalCalendar.startOfQuarter(from);
        if (first.isBefore(from)) {
            first = first.plusSeconds(900);
        }
        Instant last = LocalCalendar.startOfQuarter(to);
        boolean aligned = first.equals(from) && last.equals(to);
        return aligned ? "ROLLUP" : first.isBefore(last) ? "MIXED" : "RAW";
    }

    private static @Nullable Double number(@Nullable BigDecimal value) {
        return value == null ? null : (Double) value.doubleValue();
    }
}
