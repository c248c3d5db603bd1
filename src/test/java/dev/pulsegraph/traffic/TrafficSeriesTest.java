package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import dev.pulsegraph.support.oracle.RandomHistory;
import dev.pulsegraph.traffic.oracle.VisitorEvent;
import dev.pulsegraph.traffic.oracle.Window;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Traffic over time. */
@MicronautTest(transactional = false)
class TrafficSeriesTest {
    private static final String SEED = "traffic.series.seed";
    private static final String SERIES = "query ($slug: String!, $query: TrafficQuery!) { organization(slug: $slug) {"
            + " trafficSeries(query: $query) { series { metric unit aggregation total points { at value samples source }"
            + " comparison { total points { at value } } } } } }";
    private static final List<String> ZONES =
            List.of("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia");
    private static final List<String> CODES = List.of("ada", "bob");
    private static final List<String> MEASURES =
            Arrays.stream(TrafficMeasure.values()).map(TrafficMeasure::name).toList();

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    private final Instant day = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(20));
    private final List<VisitorEvent> events = new ArrayList<>();
    private Fixtures.Team team;

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
    }

    static LongStream seeds() {
        return RandomHistory.seeds(SEED, 6, 2);
    }

    @Test
    void sessions_count_where_they_begin_and_views_where_they_happen() {
        view("ann", 3_590, "ada", null);
        view("ann", 3_610, "ada", null);
        click("ann", 3_700, "ada", null);
        view("bob", 7_000, null, null);
        send();
        Answer answer = ask(query("HOUR", day, day.plusSeconds(7200), null));
        assertThat(values(answer, "SESSIONS")).containsExactly("1.0", "1.0");
        assertThat(values(answer, "PAGE_VIEWS")).containsExactly("1.0", "2.0");
        assertThat(values(answer, "CLICKS")).containsExactly("0.0", "1.0");
        assertThat(values(answer, "VISITORS")).containsExactly("1.0", "2.0");
        assertThat(values(answer, "BOUNCE_RATE")).containsExactly("0.0", "1.0");
        assertThat(values(answer, "AVERAGE_SESSION_SECONDS")).containsExactly("110.0", "0.0");
        assertThat(values(answer, "VIEWS_PER_SESSION")).containsExactly("1.0", "2.0");
        assertThat(total(answer, "VISITORS")).as("ann once").isEqualTo("2.0");
        assertThat(total(answer, "VIEWS_PER_SESSION")).isEqualTo("1.5");
        Answer empty = ask(query("DAY", day.minusSeconds(86_400), day, null));
        assertThat(total(empty, "SESSIONS")).isEqualTo("0.0");
        assertThat(total(empty, "BOUNCE_RATE")).isEqualTo("null");
    }

    @Test
    void ends_within_a_quarter_of_an_hour_are_read_from_events() {
        view("ann", 100, null, null);
        view("ann", 900, null, null);
        send();
        Answer answer = ask(query("TOTAL", day.plusSeconds(60), day.plusSeconds(1800), null));
        assertThat(answer.text("organization.trafficSeries.series.0.points.0.source"))
                .isEqualTo("MIXED");
        assertThat(total(answer, "PAGE_VIEWS")).isEqualTo("2.0");
        assertThat(total(answer, "VISITORS")).as("once in both").isEqualTo("1.0");
    }

    /** Whatever is asked, in any zone, it is what counting all events gives. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void every_point_is_what_a_recount_gives(long seed) {
        Random random = new Random(seed);
        superuser.execute(
                "update organizations set time_zone = ? where id = ?",
                ZONES.get(random.nextInt(ZONES.size())),
                UUID.fromString(Worlds.uuid(team.id())));
        for (int i = 0; i < 400; i++) {
            long second = random.nextInt(10 * 86_400);
            String visitor = "v" + random.nextInt(12);
            String user = random.nextInt(3) == 0 ? null : CODES.get(random.nextInt(2));
            String share = random.nextInt(3) == 0 ? null : CODES.get(random.nextInt(2));
            for (int follows = random.nextInt(3); follows >= 0; follows--) {
                if (random.nextInt(4) == 0) {
                    click(visitor, second, user, share);
                } else {
                    view(visitor, second, user, share);
                }
                second += random.nextInt(2400);
            }
        }
        send();
        for (int question = 0; question < 12; question++) {
            String granularity =
                    List.of("TOTAL", "HOUR", "DAY", "WEEK", "MONTH").get(random.nextInt(5));
            int raggedness = random.nextBoolean() ? 900 : 1;
            Instant from = day.plusSeconds((long) random.nextInt(4 * 86_400 / raggedness) * raggedness);
            Instant to = from.plusSeconds(1 + random.nextInt(7 * 86_400));
            String user = random.nextBoolean() ? null : CODES.get(random.nextInt(2));
            String share = random.nextBoolean() ? null : CODES.get(random.nextInt(2));
            Map<String, @Nullable Object> query = query(granularity, from, to, ZONES.get(random.nextInt(ZONES.size())));
            Map<String, @Nullable Object> filter = new HashMap<>();
            filter.put("userCode", user);
            filter.put("shareCode", share);
            query.put("filter", filter);
            query.put("compareTo", granularity.equals("TOTAL") ? "PREVIOUS_PERIOD" : null);
            Answer answer = ask(query);
            for (String measure : MEASURES) {
                int place = MEASURES.indexOf(measure);
                String series = "organization.trafficSeries.series." + place;
                Predicate<VisitorEvent> ofCodes = event -> (user == null || user.equals(event.userCode()))
                        && (share == null || share.equals(event.shareCode()));
                int points = answer.list(series + ".points").size();
                for (int i = 0; i < points; i++) {
                    Instant since = Instant.parse(answer.text(series + ".points." + i + ".at"));
                    Instant until =
                            i + 1 == points ? to : Instant.parse(answer.text(series + ".points." + (i + 1) + ".at"));
                    assertThat(answer.text(series + ".points." + i + ".value"))
                            .as("%s from %s to %s of %s, again with -D%s=%d", measure, since, until, query, SEED, seed)
                            .isEqualTo(filled(
                                    Window.of(events, since, until, ofCodes).measure(measure)));
                }
                assertThat(total(answer, measure))
                        .as("%s of %s, again with -D%s=%d", measure, query, SEED, seed)
                        .isEqualTo(filled(Window.of(events, from, to, ofCodes).measure(measure)));
                if (granularity.equals("TOTAL")) {
                    assertThat(answer.text(series + ".comparison.total"))
                            .as("%s before %s, again with -D%s=%d", measure, query, SEED, seed)
                            .isEqualTo(filled(Window.of(events, from.minus(Duration.between(from, to)), from, ofCodes)
                                    .measure(measure)));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "measures, , BAD_USER_INPUT",
        "timeZone, Mars/Olympus, BAD_USER_INPUT",
        "granularity, HOUR, LIMIT_EXCEEDED"
    })
    void a_question_that_cannot_be_answered_is_refused(String field, @Nullable String value, String code) {
        Map<String, @Nullable Object> query = query("DAY", day.minus(Duration.ofDays(300)), day, null);
        query.put(field, value == null ? List.of() : value);
        Answer answer = team.asOwner().ask(SERIES, Map.of("slug", team.slug(), "query", query));
        answer.failed(code);
        assertThat(answer.argument()).isEqualTo(field);
        assertThat(answer.text("organization.trafficSeries")).isEqualTo("null");
    }

    @Test
    void strangers_are_told_nothing() {
        Map<String, @Nullable Object> query = query("DAY", day, day.plusSeconds(86_400), null);
        Map<String, Object> variables = Map.of("slug", team.slug(), "query", query);
        assertThat(fixtures.team().asOwner().ask(SERIES, variables).text("organization"))
                .isEqualTo("null");
        team.as("VIEWER").ask(SERIES, variables).succeeded();
    }

    private static String filled(@Nullable Double value) {
        return String.valueOf(value);
    }

    private static String total(Answer answer, String measure) {
        return answer.text("organization.trafficSeries.series." + MEASURES.indexOf(measure) + ".total");
    }

    private static List<String> values(Answer answer, String measure) {
        String series = "organization.trafficSeries.series." + MEASURES.indexOf(measure) + ".points";
        List<String> values = new ArrayList<>();
        for (int i = 0; i < answer.list(series).size(); i++) {
            values.add(answer.text(series + "." + i + ".value"));
        }
        return values;
    }

    private Answer ask(Map<String, @Nullable Object> query) {
        return team.asOwner()
                .ask(SERIES, Map.of("slug", team.slug(), "query", query))
                .succeeded();
    }

    private static Map<String, @Nullable Object> query(
            String granularity, Instant from, Instant to, @Nullable String zone) {
        Map<String, @Nullable Object> query = new HashMap<>();
        query.put("measures", MEASURES);
        query.put("range", Map.of("from", from.toString(), "to", to.toString()));
        query.put("granularity", granularity);
        query.put("timeZone", zone);
        return query;
    }

    private void view(String visitor, long second, @Nullable String userCode, @Nullable String shareCode) {
        add("page", visitor, second, userCode, shareCode);
    }

    private void click(String visitor, long second, @Nullable String userCode, @Nullable String shareCode) {
        add("click", visitor, second, userCode, shareCode);
    }

    private void add(String type, String visitor, long second, @Nullable String userCode, @Nullable String shareCode) {
        boolean view = type.equals("page");
        events.add(new VisitorEvent(
                UUID.fromString(Worlds.uuid(team.id())),
                "m" + events.size(),
                type,
                null,
                visitor,
                null,
                null,
                userCode,
                shareCode,
                null,
                view ? "page" : null,
                view ? null : "contact.phone",
                view ? null : "contact",
                day.plusSeconds(second),
                false,
                null,
                null));
    }

    private void send() {
        List<Map<String, Object>> inputs =
                events.stream().map(TrafficSeriesTest::input).toList();
        for (int from = 0; from < inputs.size(); from += 500) {
            team.track(inputs.subList(from, Math.min(inputs.size(), from + 500)));
        }
    }

    private static Map<String, Object> input(VisitorEvent event) {
        Map<String, @Nullable Object> input = new HashMap<>();
        input.put("messageId", event.messageId());
        input.put("type", event.type().toUpperCase(Locale.ROOT));
        input.put("anonymousId", event.anonymousId());
        input.put("timestamp", event.at().toString());
        input.put("userCode", event.userCode());
        input.put("shareCode", event.shareCode());
        input.put("clickTarget", event.clickTarget());
        Map<String, Object> given = new HashMap<>();
        input.forEach((name, value) -> {
            if (value != null) {
                given.put(name, Objects.requireNonNull(value));
            }
        });
        return given;
    }
}
