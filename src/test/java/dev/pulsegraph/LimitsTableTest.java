package dev.pulsegraph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.command.Settings;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.support.Documentation;
import dev.pulsegraph.support.TestDatabase;
import io.micronaut.core.bind.annotation.Bindable;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of limits in docs/security.md is what the code and the database say. */
class LimitsTableTest {
    private static final Path PAGE = Path.of("docs/security.md");
    private static final Path CLASSES = Path.of("target/classes");
    private static final String BEGIN = "<!-- made by LimitsTableTest -->\n";
    private static final String END = "<!-- end -->\n";

    /** What the features are called here, in the order of the page. */
    private static final List<Map.Entry<String, String>> AREAS = List.of(
            Map.entry("graphql", "Operations and WebSockets"),
            Map.entry("paging", "Operations and WebSockets"),
            Map.entry("http", "Requests"),
            Map.entry("request", "Requests"),
            Map.entry("bulk", "Requests"),
            Map.entry("event", "Requests"),
            Map.entry("post", "Requests"),
            Map.entry("organization", "Requests"),
            Map.entry("metric", "Metrics"),
            Map.entry("series", "Metrics"),
            Map.entry("time", "Metrics"),
            Map.entry("traffic", "Traffic"),
            Map.entry("breakdown", "Traffic"),
            Map.entry("product", "Events"),
            Map.entry("funnel", "Events"),
            Map.entry("goal", "Events"),
            Map.entry("embedding", "Vectors and texts"),
            Map.entry("similarity", "Vectors and texts"),
            Map.entry("aicontext", "Vectors and texts"),
            Map.entry("mlfeature", "Vectors and texts"),
            Map.entry("security", "Tokens"),
            Map.entry("database", "Database"),
            Map.entry("job", "Database"));

    @Test
    void the_table_of_limits_is_what_the_code_says() throws IOException {
        Map<String, TreeSet<Row>> areas = new TreeMap<>(Comparator.comparingInt(LimitsTableTest::place));
        for (Class<?> type : classes()) {
            rows(type)
                    .forEach(row -> areas.computeIfAbsent(area(type), area -> new TreeSet<>())
                            .add(row));
        }
        StringBuilder table = new StringBuilder(BEGIN);
        areas.forEach((area, rows) -> table.append(table(area, rows)));
        table.append(table("Rows", rowsOfTheDatabase()));
        String page = Files.readString(PAGE);
        String made = Pattern.compile(Pattern.quote(BEGIN) + ".*" + Pattern.quote(END), Pattern.DOTALL)
                .matcher(page)
                .replaceFirst(Matcher.quoteReplacement(table + END));
        if (!made.equals(page)) {
            Path written = Files.writeString(Path.of("target/security.md"), made);
            assertThat(page)
                    .as("docs/security.md is not what the code says. This is: cp %s %s", written, PAGE)
                    .isEqualTo(made);
        }
        assertThat(page).as("the place of the table").contains(BEGIN, END);
    }

    @Test
    void settings_that_are_limits_are_among_the_settings_too() {
        String settings = Documentation.page("settings");
        for (Class<?> type : Settings.RECORDS) {
            for (Row row : rows(type)) {
                assertThat(settings).contains(row.setting);
            }
        }
    }

    private static String table(String area, SortedSet<Row> rows) {
        StringBuilder table = new StringBuilder("\n### " + area + "\n\n| limit | maximum | setting |\n|---|---|---|\n");
        rows.forEach(row -> table.append("| %s | %s | %s |\n".formatted(row.what, row.most, row.setting)));
        return table.toString();
    }

    private static List<Class<?>> classes() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES.resolve("dev/pulsegraph"))) {
            return files.map(file -> CLASSES.relativize(file).toString())
                    .filter(name -> name.endsWith(".class")
                            && !name.contains("$Definition")
                            && !name.contains("$Introspection"))
                    .map(name -> name.replaceFirst("\\.class$", "").replace('/', '.'))
                    .sorted()
                    .<Class<?>>map(LimitsTableTest::load)
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, LimitsTableTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Row> rows(Class<?> type) {
        List<Row> rows = new java.util.ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            Limit limit = field.getAnnotation(Limit.class);
            if (limit != null && Modifier.isStatic(field.getModifiers())) {
                rows.add(new Row(limit.value(), shown(value(field), limit.unit()), ""));
            }
        }
        if (type.isRecord() && Settings.RECORDS.contains(type)) {
            for (RecordComponent component : type.getRecordComponents()) {
                Limit limit = component.getAnnotation(Limit.class);
                if (limit != null) {
                    rows.add(row(type, component, limit));
                }
            }
        }
        return rows;
    }

    private static Row row(Class<?> type, RecordComponent component, Limit limit) {
        String what = limit.value().isEmpty() ? documented(type, component.getName()) : limit.value();
        Settings.Setting setting = Settings.list().stream()
                .filter(one -> one.isOf(type, component))
                .findFirst()
                .orElseThrow();
        Bindable bound = java.util.Arrays.stream(type.getDeclaredConstructors()[0].getParameters())
                .filter(parameter -> parameter.getName().equals(component.getName()))
                .map(parameter -> parameter.getAnnotation(Bindable.class))
                .findFirst()
                .orElseThrow();
        Object value = component.getType() == Duration.class
                ? dev.pulsegraph.time.Durations.parse(bound.defaultValue()).orElseThrow()
                : bound.defaultValue().matches("\\d+") ? Long.valueOf(bound.defaultValue()) : bound.defaultValue();
        return new Row(what, shown(value, limit.unit()), "`" + setting.variable() + "`");
    }

    /** What the record's source says of it. */
    private static String documented(Class<?> type, String name) {
        Path source = Path.of("src/main/java", type.getName().replace('.', '/') + ".java");
        try {
            Matcher found = Pattern.compile("@param " + name + " (.*?)\\n \\*(?:/| @)", Pattern.DOTALL)
                    .matcher(Files.readString(source));
            assertThat(found.find()).as("@param %s in %s", name, source).isTrue();
            return found.group(1).replaceAll("\\s*\\n \\*\\s*", " ").strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object value(Field field) {
        try {
            field.setAccessible(true);
            return field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String shown(Object value, String unit) {
        if (value instanceof Duration duration) {
            if (duration.toMillisPart() > 0) {
                return "%,d ms".formatted(duration.toMillis());
            }
            return duration.toDaysPart() > 0 && duration.equals(Duration.ofDays(duration.toDays()))
                    ? "%,d d".formatted(duration.toDays())
                    : "%,d s".formatted(duration.toSeconds());
        }
        String number = value instanceof Number whole && !(value instanceof Double)
                ? String.format(Locale.ROOT, "%,d", whole.longValue())
                : String.valueOf(value);
        return unit.isEmpty() ? number : number + " " + unit;
    }

    private static String area(Class<?> type) {
        String feature =
                type.getPackageName().replaceFirst("^dev\\.pulsegraph\\.?", "").replaceFirst("\\..*", "");
        return AREAS.stream()
                .filter(area -> area.getKey().equals(feature))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError("Say in LimitsTableTest.AREAS what the package " + feature + " is called."));
    }

    private static int place(String area) {
        return AREAS.stream().map(Map.Entry::getValue).distinct().toList().indexOf(area);
    }

    private static SortedSet<Row> rowsOfTheDatabase() {
        SortedSet<Row> rows = new TreeSet<>();
        try (TestDatabase database = TestDatabase.migrated()) {
            for (String line : database.texts("""
                    select concat_ws('|', meaning, to_char(most, 'FM999,999,999'), '') from app.row_limits()
                    union all
                    select concat_ws('|', s.what || ' per organization, tier ' || upper(t.tier), coalesce(to_char(s.most, 'FM999,999,999,999'), 'unlimited'),
                      'the table `subscription_tiers`')
                    from subscription_tiers t cross join lateral (values
                      ('members', t.max_members::bigint), ('posts', t.max_posts::bigint), ('bytes of media', t.max_storage_bytes)) s(what, most)""")) {
                String[] parts = line.split("\\|", -1);
                rows.add(new Row(parts[0], parts[1], parts[2]));
            }
        }
        return rows;
    }

    private record Row(String what, String most, String setting) implements Comparable<Row> {
        @Override
        public int compareTo(Row other) {
            return Comparator.comparing(Row::what)
                    .thenComparing(Row::most)
                    .thenComparing(Row::setting)
                    .compare(this, other);
        }
    }
}
