package dev.pulsegraph.breakdown;

import static dev.pulsegraph.support.StatementCounts.AROUND_A_QUERY;
import static dev.pulsegraph.support.StatementCounts.statements;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.breakdown.oracle.Deed;
import dev.pulsegraph.breakdown.oracle.Naive;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.oracle.RandomHistory;
import dev.pulsegraph.traffic.TrafficDimension;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Traffic by the values of a dimension. */
@MicronautTest(transactional = false)
class BreakdownTest {
    private static final String SEED = "breakdown.seed";
    private static final String TOTALS = "{ sessions pageViews clicks visitors averageSessionSeconds bounceRate }";
    private static final String BREAKDOWN =
            "query ($slug: String!, $by: TrafficDimension!, $range: DateRange!, $zone: String, $filter: TrafficFilter, $first: Int) {"
                    + " organization(slug: $slug) { trafficBreakdown(by: $by, range: $range, timeZone: $zone, filter: $filter, first: $first) {"
                    + " rows { value totals " + TOTALS + " previous " + TOTALS + " } other " + TOTALS + " total "
                    + TOTALS
                    + " previous " + TOTALS + " } } }";
    private static final List<String> ASKED = List.of(
            "PATH", "ENTRY_PATH", "EXIT_PATH", "SOURCE", "UTM_CAMPAIGN", "PAGE_TYPE", "CLICK_TARGET", "EVENT_NAME");
    private static final List<String> ZONES = List.of("UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia");
    private static final List<String> PATHS = List.of("/", "/a", "/b/c", "/d");
    private static final List<String> WORDS = List.of("one", "two", "three");

    @Inject
    Fixtures fixtures;

    private final LocalDate first = LocalDate.now(ZoneOffset.UTC).minusDays(20);
    private final Instant day = first.atStartOfDay(ZoneOffset.UTC).toInstant();
    private final List<Deed> deeds = new ArrayList<>();
    private Fixtures.Team team;

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
    }

    static LongStream seeds() {
        return RandomHistory.seeds(SEED, 8, 2);
    }

    /** Late and repeated events, sessions that merge and cross days, visitors who are one: all of it is what a walk through everything gives. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void every_number_is_what_a_recount_gives(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 250; i++) {
            int visitor = random.nextInt(14);
            long micros = random.nextLong(6 * 86_400_000_000L);
            for (int follows = random.nextInt(4); follows >= 0; follows--) {
                deeds.add(deed(random, visitor, day.plus(micros, ChronoUnit.MICROS)));
                micros += random.nextLong(2_400_000_000L);
            }
        }
        List<Map<String, Object>> inputs = new ArrayList<>();
        deeds.forEach(deed -> inputs.add(input(deed, inputs.size())));
        for (int i = 0; i < 3; i++) {
            inputs.add(Map.of(
                    "messageId",
                    "identify " + i,
                    "type",
                    "IDENTIFY",
                    "anonymousId",
                    "v" + i,
                    "userId",
                    "u" + i,
                    "timestamp",
                    day.toString()));
        }
        inputs.addAll(inputs.subList(0, 50));
        Collections.shuffle(inputs, random);
        for (int from = 0; from < inputs.size(); from += 200) {
            track(inputs.subList(from, Math.min(inputs.size(), from + 200)));
        }
        for (int question = 0; question < 25; question++) {
            String by = any(random, ASKED);
            ZoneId zone = ZoneId.of(any(random, ZONES));
            LocalDate from = first.plusDays(random.nextInt(4));
            LocalDate to = from.plusDays(random.nextInt(3));
            int most = 1 + random.nextInt(4);
            String user = random.nextInt(3) == 0 ? any(random, WORDS) : null;
            Map<String, List<String>> conditions = new HashMap<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                String dimension = any(random, ASKED);
                conditions.put(dimension, dimension.endsWith("PATH") ? List.of("/", "/a") : List.of("one", "two", ""));
            }
            Map<String, @Nullable Object> filter = new HashMap<>();
            filter.put("userCode", user);
            filter.put(
                    "dimensions",
                    conditions.entrySet().stream()
                            .map(entry -> Map.of("dimension", entry.getKey(), "in", entry.getValue()))
                            .toList());
            Answer answer = ask(by, from, to, zone.getId(), filter, most).succeeded();
            Instant since = from.atStartOfDay(zone).toInstant();
            Instant until = to.plusDays(1).atStartOfDay(zone).toInstant();
            Instant before = from.minusDays(Duration.between(since, until).toDays())
                    .atStartOfDay(zone)
                    .toInstant();
            assertThat(lines(answer))
                    .as(
                            "by %s of %s from %s to %s in %s, first %d, again with -D%s=%d",
                            by, filter, from, to, zone, most, SEED, seed)
                    .isEqualTo(new Naive(deeds, by, user, conditions).lines(before, since, until, most));
        }
    }

    @ParameterizedTest
    @EnumSource(TrafficDimension.class)
    void each_dimension_is_told_by_an_event(TrafficDimension dimension) {
        track(List.of(
                page(
                        "1",
                        "10:00:00",
                        Map.of(
                                "page",
                                        Map.of(
                                                "url",
                                                        "https://www.shop.example/start?utm_source=News&utm_medium=email&utm_campaign=Spring&utm_term=t&utm_content=c",
                                                "referrer", "https://www.google.com/search?q=secret"),
                                "userAgent",
                                        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                                "locale", "de-AT")),
                click("2", "10:01:00", "partner.example/offer"),
                page(
                        "3",
                        "10:02:00",
                        Map.of(
                                "page",
                                Map.of("url", "https://www.shop.example/end", "referrer", "https://other.example/")))));
        Answer answer = ask(dimension.name(), first, first, "UTC", Map.of(), 10).succeeded();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < answer.list("organization.trafficBreakdown.rows").size(); i++) {
            values.add(answer.text("organization.trafficBreakdown.rows." + i + ".value"));
        }
        assertThat(values)
                .isEqualTo(
                        switch (dimension) {
                            case PATH -> List.of("/end", "/start");
                            case ENTRY_PATH -> List.of("/start");
                            case EXIT_PATH -> List.of("/end");
                            case HOSTNAME -> List.of("shop.example");
                            case REFERRER -> List.of("google.com/search");
                            case SOURCE, UTM_SOURCE -> List.of("news");
                            case CHANNEL -> List.of("Email");
                            case UTM_MEDIUM -> List.of("email");
                            case UTM_CAMPAIGN -> List.of("Spring");
                            case UTM_TERM -> List.of("t");
                            case UTM_CONTENT -> List.of("c");
                            case COUNTRY -> List.of("");
                            case LANGUAGE -> List.of("de");
                            case DEVICE -> List.of("mobile");
                            case BROWSER -> List.of("Safari");
                            case OS -> List.of("iOS");
                            case PAGE_TYPE -> List.of("page");
                            case CLICK_TARGET -> List.of("partner.example/offer");
                            case OUTBOUND_LINK -> List.of("partner.example");
                            case EVENT_NAME -> List.of("Home");
                        });
        Answer series = team.asOwner()
                .ask(
                        "query ($slug: String!, $query: TrafficQuery!) { organization(slug: $slug) { trafficSeries(query: $query) {"
                                + " series { total points { source } comparison { total } } } } }",
                        Map.of(
                                "slug",
                                team.slug(),
                                "query",
                                Map.of(
                                        "measures",
                                        List.of("SESSIONS", "VISITORS", "PAGE_VIEWS"),
                                        "granularity",
                                        "DAY",
                                        "timeZone",
                                        "UTC",
                                        "compareTo",
                                        "PREVIOUS_PERIOD",
                                        "range",
                                        Map.of(
                                                "from",
                                                day.toString(),
                                                "to",
                                                day.plus(1, ChronoUnit.DAYS).toString()),
                                        "filter",
                                        Map.of(
                                                "dimensions",
                                                List.of(Map.of("dimension", dimension.name(), "in", values))))))
                .succeeded();
        assertThat(series.text("organization.trafficSeries.series.0.total")).isEqualTo("1.0");
        assertThat(series.text("organization.trafficSeries.series.1.total")).isEqualTo("1.0");
        assertThat(series.text("organization.trafficSeries.series.2.total")).isEqualTo("2.0");
        assertThat(series.text("organization.trafficSeries.series.0.comparison.total"))
                .isEqualTo("0.0");
        assertThat(series.text("organization.trafficSeries.series.0.points.0.source"))
                .isEqualTo("RAW");
    }

    @Test
    void a_breakdown_takes_one_statement_and_strangers_get_none() {
        track(List.of(page("1", "10:00:00", Map.of())));
        String query = "{ organization(slug: \"" + team.slug() + "\") { trafficBreakdown(by: PATH, range: { from: \""
                + first + "\", to: \"" + first + "\" }) { rows { value } other { sessions } total { sessions } } } }";
        assertThat(team.asOwner().ask(query).succeeded().text("organization.trafficBreakdown.total.sessions"))
                .isEqualTo("1");
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 1 + 1);
        assertThat(fixtures.team().asOwner().ask(query).text("organization")).isEqualTo("null");
    }

    @Test
    void a_question_that_cannot_be_answered_is_refused() {
        ask("PATH", first.minusDays(500), first, "UTC", Map.of(), 10).failed("LIMIT_EXCEEDED");
        ask("PATH", first, first, "UTC", Map.of(), 1001).failed("BAD_USER_INPUT");
        ask("PATH", first, first, "Mars/Olympus", Map.of(), 1).failed("BAD_USER_INPUT");
        ask("PATH", first, first, "UTC", Map.of("dimensions", List.of(Map.of("dimension", "OS", "in", List.of()))), 1)
                .failed("BAD_USER_INPUT");
        ask(
                        "PATH",
                        first,
                        first,
                        "UTC",
                        Map.of("dimensions", Collections.nCopies(11, Map.of("dimension", "OS", "in", List.of("iOS")))),
                        1)
                .failed("BAD_USER_INPUT");
    }

    private static Deed deed(Random random, int visitor, Instant at) {
        boolean view = random.nextInt(3) > 0;
        Map<String, String> told = new HashMap<>();
        told.put("PATH", any(random, PATHS));
        if (random.nextBoolean()) {
            String source = any(random, WORDS);
            told.put("SOURCE", source);
            told.put("UTM_CAMPAIGN", any(random, WORDS));
        }
        if (view) {
            told.put("PAGE_TYPE", any(random, WORDS));
        } else {
            told.put("CLICK_TARGET", any(random, WORDS));
        }
        if (random.nextBoolean()) {
            told.put("EVENT_NAME", any(random, WORDS));
        }
        boolean known = visitor < 3 && random.nextBoolean();
        return new Deed(known ? "u" + visitor : "v" + visitor, "p" + visitor, at, view, any(random, WORDS), told);
    }

    private static Map<String, Object> input(Deed deed, int number) {
        Map<String, Object> input = new HashMap<>();
        input.put("messageId", "m" + number);
        input.put("type", deed.view() ? "PAGE" : "CLICK");
        input.put(deed.visitor().startsWith("u") ? "userId" : "anonymousId", deed.visitor());
        input.put("timestamp", deed.at().toString());
        input.put("userCode", deed.userCode());
        String source = deed.told().get("SOURCE");
        String campaign = deed.told().get("UTM_CAMPAIGN");
        String url = "https://shop.example" + deed.told().get("PATH")
                + (source == null ? "" : "?utm_source=" + source + "&utm_campaign=" + campaign);
        input.put("context", Map.of("page", Map.of("url", url)));
        Map.of("PAGE_TYPE", "pageType", "CLICK_TARGET", "clickTarget", "EVENT_NAME", "name")
                .forEach((dimension, field) -> {
                    String value = deed.told().get(dimension);
                    if (value != null) {
                        input.put(field, value);
                    }
                });
        return input;
    }

    private Map<String, Object> page(String messageId, String time, Map<String, Object> context) {
        return event(messageId, time, "PAGE", Map.of("context", context, "name", "Home"));
    }

    private Map<String, Object> click(String messageId, String time, String target) {
        return event(
                messageId,
                time,
                "CLICK",
                Map.of(
                        "clickTarget",
                        target,
                        "context",
                        Map.of("page", Map.of("url", "https://www.shop.example/start"))));
    }

    private Map<String, Object> event(String messageId, String time, String type, Map<String, Object> more) {
        Map<String, Object> event = new HashMap<>(more);
        event.putAll(Map.of(
                "messageId", messageId, "type", type, "anonymousId", "ann", "timestamp", first + "T" + time + "Z"));
        return event;
    }

    private Answer ask(
            String by,
            LocalDate from,
            LocalDate to,
            String zone,
            Map<String, ? extends @Nullable Object> filter,
            int most) {
        return team.asOwner()
                .ask(
                        BREAKDOWN,
                        Map.of(
                                "slug",
                                team.slug(),
                                "by",
                                by,
                                "range",
                                Map.of("from", from.toString(), "to", to.toString()),
                                "zone",
                                zone,
                                "filter",
                                filter,
                                "first",
                                most));
    }

    private static List<String> lines(Answer answer) {
        String breakdown = "organization.trafficBreakdown.";
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < answer.list(breakdown + "rows").size(); i++) {
            String row = breakdown + "rows." + i;
            lines.add(answer.text(row + ".value") + ": " + sum(answer, row + ".totals") + " before "
                    + sum(answer, row + ".previous"));
        }
        if (!answer.text(breakdown + "other").equals("null")) {
            lines.add("other: " + sum(answer, breakdown + "other"));
        }
        lines.add("total: " + sum(answer, breakdown + "total"));
        lines.add("previous: " + sum(answer, breakdown + "previous"));
        return lines;
    }

    private static String sum(Answer answer, String path) {
        return String.join(
                " ",
                List.of("sessions", "pageViews", "clicks", "visitors", "averageSessionSeconds", "bounceRate").stream()
                        .map(field -> answer.text(path + "." + field))
                        .toList());
    }

    private static <T> T any(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private void track(List<Map<String, Object>> events) {
        team.track(events);
    }
}
