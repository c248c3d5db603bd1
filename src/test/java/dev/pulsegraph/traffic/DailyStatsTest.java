package dev.pulsegraph.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.event.Circumstances;
import dev.pulsegraph.event.ClickCategory;
import dev.pulsegraph.event.EventWriter;
import dev.pulsegraph.event.TrackType;
import dev.pulsegraph.event.TrackedEvent;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.PlantedTraffic;
import dev.pulsegraph.support.PlantedTraffic.Visit;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Days of traffic as they are answered, beside a count of the visits that were put there. */
@MicronautTest(transactional = false)
class DailyStatsTest {
    private static final String TOTALS = "{ sessions pageViews clicks visitors averageSessionSeconds bounceRate }";
    private static final Map<String, String> NO_CLICKS = Map.of();

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Inject
    EventWriter writer;

    @Inject
    OperationTransaction transaction;

    @Test
    void every_day_of_the_range_is_there_with_zeros_where_nothing_happened() {
        var team = inZone("Europe/Berlin");
        new PlantedTraffic(team.id(), "Europe/Berlin")
                .add(
                        // The clock goes forward on the 30th.
                        Visit.of("2025-03-29T22:59:59Z", "a").lasting(30),
                        Visit.of("2025-03-29T23:00:00Z", "a").views("profile", 3),
                        Visit.of("2025-03-30T21:59:59Z", "b"),
                        Visit.of("2025-03-30T22:00:00Z", "c").clicks(Map.of("contact.phone", "contact")))
                .store();
        Answer answer = ask(
                team.asOwner(),
                team,
                "2025-03-28",
                "2025-04-01",
                "",
                "timeZone days { date sessions pageViews clicks visitors complete }");
        assertThat(answer.text("organization.dailyStats.timeZone")).isEqualTo("Europe/Berlin");
        assertThat(answer.list("organization.dailyStats.days"))
                .isEqualTo(List.of(
                        day("2025-03-28", 0, 0, 0, 0),
                        day("2025-03-29", 1, 1, 0, 1),
                        day("2025-03-30", 2, 4, 0, 2),
                        day("2025-03-31", 1, 1, 1, 1),
                        day("2025-04-01", 0, 0, 0, 0)));
    }

    /** A view each half hour, in the days around the changes of clocks. */
    @Test
    void days_have_23_and_25_hours_where_clocks_change() {
        var team = inZone("Europe/Berlin");
        for (String change : List.of("2025-03-30", "2025-10-26")) {
            LocalDate day = LocalDate.parse(change);
            ZoneId zone = ZoneId.of("Europe/Berlin");
            List<TrackedEvent> views = new ArrayList<>();
            Instant end = day.plusDays(2).atStartOfDay(zone).toInstant();
            for (Instant at = day.minusDays(1).atStartOfDay(zone).toInstant();
                    at.isBefore(end);
                    at = at.plus(Duration.ofMinutes(30))) {
                views.add(view(team, at));
            }
            transaction.asWorker(Duration.ofSeconds(30), () -> writer.write(views));
        }
        assertThat(lines(ask(
                                team.asOwner(),
                                team,
                                "2025-03-29",
                                "2025-03-31",
                                "",
                                "days { pageViews sessions visitors complete }")
                        .list("organization.dailyStats.days")))
                .containsExactly("48 1 1 true", "46 0 1 true", "48 0 1 true");
        assertThat(lines(ask(team.asOwner(), team, "2025-10-25", "2025-10-27", "", "days { pageViews }")
                        .list("organization.dailyStats.days")))
                .containsExactly("48", "50", "48");
    }

    private static TrackedEvent view(Fixtures.Team team, Instant at) {
        return new TrackedEvent(
                UUID.fromString(Worlds.uuid(team.id())),
                at.toString(),
                TrackType.PAGE,
                null,
                "somebody",
                null,
                null,
                null,
                null,
                null,
                "home",
                null,
                null,
                at,
                at,
                false,
                null,
                null,
                null,
                Map.of(),
                Map.of(),
                Circumstances.NONE);
    }

    @Test
    void an_event_is_in_the_very_next_answer() {
        var team = fixtures.team();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        String today = LocalDate.ofInstant(now, ZoneOffset.UTC).toString();
        String event =
                "messageId: \"%s\", anonymousId: \"a\", timestamp: \"%s\", userCode: \"ada\", shareCode: \"mail\", contactId: \"c-1\"";
        for (int i = 1; i < 3; i++) {
            team.asOwner()
                    .ask("mutation { trackEvents(input: { organization: \"" + team.id() + "\", events: [{ type: PAGE, "
                            + event.formatted("p" + i, now) + " }, { type: CLICK, clickTarget: \"contact.phone\", "
                            + event.formatted("c" + i, now) + " }] }) { accepted } }")
                    .succeeded();
            Answer answer = ask(
                    team.asOwner(),
                    team,
                    today,
                    today,
                    ", userCode: \"ada\"",
                    "totals { sessions pageViews clicks visitors } shareCodes { shareCode pageViews visitors }"
                            + " clickTargets { target category clicks } pages { pageType views } contacts { contactId clicks }");
            assertThat(lines(List.of(Objects.requireNonNull(answer.at("organization.dailyStats.totals")))))
                    .containsExactly("1 " + i + " " + i + " 1");
            assertThat(lines(answer.list("organization.dailyStats.shareCodes"))).containsExactly("mail " + i + " 1");
            assertThat(lines(answer.list("organization.dailyStats.clickTargets")))
                    .containsExactly("contact.phone CONTACT " + i);
            assertThat(lines(answer.list("organization.dailyStats.pages"))).containsExactly("page " + i);
            assertThat(lines(answer.list("organization.dailyStats.contacts"))).containsExactly("c-1 " + i);
        }
    }

    @Test
    void totals_are_of_the_range_and_previous_of_as_many_days_just_before() {
        var team = fixtures.team();
        new PlantedTraffic(team.id(), "UTC")
                .add(
                        Visit.of("2026-01-06T12:00:00Z", "too early"),
                        Visit.of("2026-01-07T12:00:00Z", "a"),
                        Visit.of("2026-01-09T23:00:00Z", "b").views("home", 2).lasting(20),
                        Visit.of("2026-01-10T00:00:00Z", "a").views("home", 4).lasting(100),
                        Visit.of("2026-01-11T12:00:00Z", "a"),
                        Visit.of("2026-01-12T23:59:59Z", "c")
                                .clicks(Map.of("x", "other"))
                                .lasting(5),
                        Visit.of("2026-01-12T20:00:00Z", "d"),
                        Visit.of("2026-01-13T00:00:00Z", "too late"))
                .store();
        Answer answer = ask(
                team.asOwner(), team, "2026-01-10", "2026-01-12", "", "totals " + TOTALS + " previousTotals " + TOTALS);
        assertThat(answer.at("organization.dailyStats.totals")).isEqualTo(totals(4, 7, 1, 3, 26.25, 0.5));
        assertThat(answer.at("organization.dailyStats.previousTotals")).isEqualTo(totals(2, 3, 0, 2, 10.0, 0.5));
    }

    @Test
    void without_a_session_rates_are_zero_and_lists_are_empty() {
        var team = fixtures.team();
        Answer answer = ask(
                team.asOwner(),
                team,
                "2026-01-10",
                "2026-01-10",
                "",
                "totals " + TOTALS + " previousTotals " + TOTALS + " days { sessions } shareCodes { clicks visitors }"
                        + " clickTargets { clicks } pages { views } contacts { clicks }");
        assertThat(answer.at("organization.dailyStats.totals")).isEqualTo(totals(0, 0, 0, 0, 0.0, 0.0));
        assertThat(answer.at("organization.dailyStats.previousTotals")).isEqualTo(totals(0, 0, 0, 0, 0.0, 0.0));
        assertThat(answer.list("organization.dailyStats.days")).isEqualTo(List.of(Map.of("sessions", 0)));
        for (String list : List.of("shareCodes", "clickTargets", "pages", "contacts")) {
            assertThat(answer.list("organization.dailyStats." + list)).as(list).isEmpty();
        }
    }

    /** Each combination of codes, and of codes that nobody has, beside a count of the visits they choose. */
    @TestFactory
    Stream<DynamicTest> codes_narrow_one_another_down() {
        var team = fixtures.team();
        var planted = new PlantedTraffic(team.id(), "UTC");
        int number = 0;
        for (String user : List.of("", "ada", "bob")) {
            for (String share : List.of("", "mail", "card")) {
                for (String contact : List.of("", "c-1", "c-2")) {
                    for (int i = 0; i < 1 + number % 3; i++) {
                        planted.add(Visit.of(
                                        "2026-02-%02dT10:%02d:00Z".formatted(1 + number % 5, i),
                                        "visitor " + number % 7)
                                .codes(user, share, contact)
                                .views(number % 2 == 0 ? "home" : "profile", 1 + number % 4)
                                .clicks(
                                        number % 3 == 0
                                                ? Map.of("contact.phone", "contact", "t" + number % 2, "other")
                                                : NO_CLICKS)
                                .lasting(number));
                    }
                    number++;
                }
            }
        }
        planted.store();
        Api.As owner = team.asOwner();
        List<DynamicTest> tests = new ArrayList<>();
        for (String user : List.of("", "ada", "nobody")) {
            for (String share : List.of("", "mail", "nothing")) {
                for (String contact : List.of("", "c-1", "noone")) {
                    Map<String, String> codes = new LinkedHashMap<>();
                    put(codes, "userCode", user);
                    put(codes, "shareCode", share);
                    put(codes, "contactId", contact);
                    tests.add(DynamicTest.dynamicTest(
                            codes.toString(), () -> assertCounted(owner, team, planted, codes)));
                }
            }
        }
        return tests.stream();
    }

    private static void put(Map<String, String> codes, String name, String code) {
        if (!code.isEmpty()) {
            codes.put(name, code);
        }
    }

    private static void assertCounted(
            Api.As caller, Fixtures.Team team, PlantedTraffic planted, Map<String, String> codes) {
        List<Visit> chosen = planted.visits().stream()
                .filter(visit -> planted.dateOf(visit).isAfter(LocalDate.of(2026, 2, 1)))
                .filter(visit ->
                        codes.getOrDefault("userCode", visit.userCode()).equals(visit.userCode()))
                .filter(visit ->
                        codes.getOrDefault("shareCode", visit.shareCode()).equals(visit.shareCode()))
                .filter(visit ->
                        codes.getOrDefault("contactId", visit.contactId()).equals(visit.contactId()))
                .toList();
        String arguments = codes.entrySet().stream()
                .map(code -> ", " + code.getKey() + ": \"" + code.getValue() + "\"")
                .collect(Collectors.joining());
        boolean ofContact = codes.containsKey("contactId");
        Answer answer = ask(
                caller,
                team,
                "2026-02-02",
                "2026-02-05",
                arguments,
                "days { date sessions pageViews clicks visitors } totals " + TOTALS
                        + " shareCodes { userCode shareCode sessions pageViews clicks visitors }"
                        + " contacts { contactId sessions pageViews clicks firstVisit lastVisit }"
                        + (ofContact ? "" : " clickTargets { target category clicks } pages { pageType views }"));
        String stats = "organization.dailyStats.";
        long seconds = chosen.stream().mapToLong(Visit::seconds).sum();
        long bounces = chosen.stream().filter(Visit::bounced).count();
        assertThat(answer.at(stats + "totals"))
                .isEqualTo(totals(
                        chosen.size(),
                        views(chosen),
                        clicks(chosen),
                        visitors(chosen),
                        chosen.isEmpty() ? 0 : (double) seconds / chosen.size(),
                        chosen.isEmpty() ? 0 : (double) bounces / chosen.size()));
        assertThat(answer.list(stats + "days"))
                .isEqualTo(IntStream.rangeClosed(2, 5)
                        .mapToObj(day -> {
                            var date = LocalDate.of(2026, 2, day);
                            List<Visit> ofDay = chosen.stream()
                                    .filter(visit -> planted.dateOf(visit).equals(date))
                                    .toList();
                            return Map.of(
                                    "date",
                                    date.toString(),
                                    "sessions",
                                    ofDay.size(),
                                    "pageViews",
                                    views(ofDay),
                                    "clicks",
                                    clicks(ofDay),
                                    "visitors",
                                    visitors(ofDay));
                        })
                        .toList());
        assertThat(lines(answer.list(stats + "shareCodes")))
                .containsExactlyElementsOf(ranked(
                        chosen.stream()
                                .filter(visit -> !visit.shareCode().isEmpty())
                                .toList(),
                        visit -> List.of(visit.shareCode(), visit.userCode()),
                        (key, group) -> (key.get(1).isEmpty() ? "null" : key.get(1)) + " " + key.get(0) + " "
                                + measured(group) + " " + visitors(group)));
        assertThat(lines(answer.list(stats + "contacts")))
                .containsExactlyElementsOf(ranked(
                        chosen.stream()
                                .filter(visit -> !visit.contactId().isEmpty())
                                .toList(),
                        visit -> List.of(visit.contactId()),
                        (key, group) -> key.getFirst() + " " + measured(group) + " "
                                + group.stream()
                                        .map(Visit::at)
                                        .min(Comparator.naturalOrder())
                                        .orElseThrow()
                                + " "
                                + group.stream()
                                        .map(visit -> visit.at().plusSeconds(visit.seconds()))
                                        .max(Comparator.naturalOrder())
                                        .orElseThrow()));
        if (!ofContact) {
            assertThat(lines(answer.list(stats + "clickTargets"))).containsExactlyElementsOf(targets(chosen));
            assertThat(lines(answer.list(stats + "pages"))).containsExactlyElementsOf(pages(chosen));
        }
    }

    private static List<String> targets(List<Visit> visits) {
        Map<String, Integer> clicks = new LinkedHashMap<>();
        visits.forEach(visit -> visit.targets()
                .forEach((target, category) ->
                        clicks.merge(target + " " + category.toUpperCase(java.util.Locale.ROOT), 1, Integer::sum)));
        return counted(clicks);
    }

    private static List<String> pages(List<Visit> visits) {
        Map<String, Integer> views = new LinkedHashMap<>();
        visits.forEach(visit -> views.merge(visit.pageType(), visit.views(), Integer::sum));
        return counted(views);
    }

    private static List<String> counted(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .toList();
    }

    /** Groups, those with most sessions first; then by views, clicks and name. */
    private static List<String> ranked(
            List<Visit> visits,
            Function<Visit, List<String>> key,
            java.util.function.BiFunction<List<String>, List<Visit>, String> line) {
        Map<List<String>, List<Visit>> groups = visits.stream().collect(Collectors.groupingBy(key));
        return groups.entrySet().stream()
                .sorted(Comparator.<Map.Entry<List<String>, List<Visit>>>comparingInt(
                                group -> -group.getValue().size())
                        .thenComparingInt(group -> -views(group.getValue()))
                        .thenComparingInt(group -> -clicks(group.getValue()))
                        .thenComparing(group -> String.join(" ", group.getKey())))
                .map(group -> line.apply(group.getKey(), group.getValue()))
                .toList();
    }

    private static String measured(List<Visit> visits) {
        return visits.size() + " " + views(visits) + " " + clicks(visits);
    }

    private static List<String> lines(List<?> rows) {
        return rows.stream()
                .map(row ->
                        ((Map<?, ?>) row).values().stream().map(String::valueOf).collect(Collectors.joining(" ")))
                .toList();
    }

    private static int views(List<Visit> visits) {
        return visits.stream().mapToInt(Visit::views).sum();
    }

    private static int clicks(List<Visit> visits) {
        return visits.stream().mapToInt(Visit::clicks).sum();
    }

    private static int visitors(List<Visit> visits) {
        return (int) visits.stream().map(Visit::visitor).distinct().count();
    }

    @Test
    void lists_end_after_the_first_few_and_clicks_can_be_of_one_category() {
        var team = fixtures.team();
        var planted = new PlantedTraffic(team.id(), "UTC");
        for (int i = 0; i < 25; i++) {
            for (int j = 0; j <= i % 5; j++) {
                planted.add(Visit.of("2026-01-02T00:%02d:00Z".formatted(i), "v" + i)
                        .codes("ada", "s%02d".formatted(i), "c%02d".formatted(i))
                        .clicks(Map.of(
                                "t%02d".formatted(i),
                                i % 2 == 0 ? "ai_agent" : "social",
                                "all",
                                i % 2 == 0 ? "contact" : "messaging")));
            }
        }
        planted.store();
        Answer answer = ask(
                team.asOwner(),
                team,
                "2026-01-01",
                "2026-01-31",
                "",
                "shareCodes(first: 3) { shareCode } contacts(first: 6) { contactId } usual: shareCodes { shareCode }"
                        + " agents: clickTargets(category: AI_AGENT, first: 2) { target category clicks }"
                        + " contact: clickTargets(category: CONTACT) { target } clickTargets { target }");
        assertThat(lines(answer.list("organization.dailyStats.shareCodes"))).containsExactly("s04", "s09", "s14");
        assertThat(lines(answer.list("organization.dailyStats.contacts")))
                .containsExactly("c04", "c09", "c14", "c19", "c24", "c03");
        assertThat(answer.list("organization.dailyStats.usual")).hasSize(20);
        assertThat(lines(answer.list("organization.dailyStats.agents")))
                .containsExactly("t04 AI_AGENT 5", "t14 AI_AGENT 5");
        assertThat(lines(answer.list("organization.dailyStats.contact"))).containsExactly("all");
        assertThat(answer.list("organization.dailyStats.clickTargets")).hasSize(20);
    }

    /** More than a sketch keeps apart: of 30,000 visitors two thirds come on each of two days. */
    @Test
    void a_visitor_of_several_days_counts_once() {
        var team = fixtures.team();
        var sketch = new org.apache.datasketches.hll.HllSketch(12);
        for (int day = 0; day < 2; day++) {
            sketch.reset();
            for (int i = day * 10_000; i < day * 10_000 + 20_000; i++) {
                sketch.update("visitor " + i);
            }
            superuser.execute(
                    "insert into analytics_daily_stats (organization_id, date, total_page_views, visitors) values (?, ?, 20000, ?)",
                    UUID.fromString(Worlds.uuid(team.id())),
                    LocalDate.of(2026, 1, 1 + day),
                    sketch.toCompactByteArray());
        }
        Answer answer = ask(
                team.asOwner(),
                team,
                "2026-01-01",
                "2026-01-02",
                "",
                "days { visitors } totals { visitors pageViews }");
        assertThat(answer.at("organization.dailyStats.totals.pageViews")).isEqualTo(40_000);
        for (int day = 0; day < 2; day++) {
            assertThat(number(answer, "organization.dailyStats.days." + day + ".visitors"))
                    .isCloseTo(20_000, within(1_200L));
        }
        assertThat(number(answer, "organization.dailyStats.totals.visitors")).isCloseTo(30_000, within(1_800L));
    }

    @Test
    void visitors_are_the_same_whatever_else_is_asked() {
        var team = fixtures.team();
        new PlantedTraffic(team.id(), "UTC")
                .add(
                        Visit.of("2026-01-01T00:00:00Z", "a").codes("ada", "mail", ""),
                        Visit.of("2026-01-02T00:00:00Z", "a").codes("ada", "mail", ""),
                        Visit.of("2026-01-02T00:00:00Z", "b").codes("ada", "mail", ""))
                .store();
        for (String selection : List.of(
                "days { date } totals { visitors }",
                "totals { sessions } again: totals { visitors } previousTotals { visitors }",
                "... on DailyStats { totals { ... { visitors } } }",
                "totals { number: visitors visitors }")) {
            Answer answer = ask(team.asOwner(), team, "2026-01-01", "2026-01-02", "", selection);
            Object found = answer.at("organization.dailyStats.again.visitors");
            assertThat(found == null ? answer.at("organization.dailyStats.totals.visitors") : found)
                    .as(selection)
                    .isEqualTo(2);
        }
        Answer codes = ask(team.asOwner(), team, "2026-01-01", "2026-01-02", "", "shareCodes { visitors }");
        assertThat(codes.at("organization.dailyStats.shareCodes.0.visitors")).isEqualTo(2);
    }

    @Test
    void a_day_is_complete_when_it_is_over_where_the_organization_is() {
        for (String zone : List.of("Pacific/Kiritimati", "Etc/GMT+12")) {
            var team = inZone(zone);
            LocalDate today = LocalDate.now(ZoneId.of(zone));
            Answer answer = ask(
                    team.asOwner(),
                    team,
                    today.minusDays(1).toString(),
                    today.plusDays(1).toString(),
                    "",
                    "days { complete }");
            assertThat(lines(answer.list("organization.dailyStats.days")))
                    .as(zone)
                    .containsExactly("true", "false", "false");
        }
    }

    @Test
    void the_last_days_end_today_where_the_organization_is() {
        for (String zone : List.of("Pacific/Kiritimati", "Etc/GMT+12")) {
            var team = inZone(zone);
            LocalDate today = LocalDate.now(ZoneId.of(zone));
            Answer answer = team.asOwner()
                    .ask("{ organization(slug: \"" + team.slug()
                            + "\") { dailyStats(range: { last: 2 }) { days { date complete } } } }");
            assertThat(lines(answer.list("organization.dailyStats.days")))
                    .as(zone)
                    .containsExactly(today.minusDays(1) + " true", today + " false");
        }
    }

    /** What one organization is told of another's zone is what the other is told of its own. */
    @Test
    void days_of_any_zone_are_exact() {
        String zone = "Asia/Kathmandu";
        var here = inZone("Europe/Berlin");
        var there = inZone(zone);
        var random = new Random(7);
        Instant begin = Instant.parse("2026-03-27T00:00:00Z");
        List<TrackedEvent> events = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            Instant at = begin.plusSeconds(random.nextInt(5 * 86_400));
            String visitor = "v" + random.nextInt(40);
            boolean click = random.nextInt(4) == 0;
            String code = random.nextBoolean() ? null : "u" + random.nextInt(3);
            for (Fixtures.Team team : List.of(here, there)) {
                events.add(event(team, i, at, visitor, code, code == null ? null : "s" + i % 2, click));
            }
        }
        transaction.asWorker(Duration.ofSeconds(60), () -> writer.write(events));
        String fields =
                "timeZone days { date sessions pageViews clicks visitors complete } hours { at sessions pageViews clicks visitors }"
                        + " totals " + TOTALS + " previousTotals " + TOTALS
                        + " shareCodes { userCode shareCode sessions pageViews clicks visitors } clickTargets { target category clicks } pages { pageType views }";
        for (String codes :
                List.of("", ", userCode: \"u1\"", ", shareCode: \"s1\"", ", userCode: \"u2\", shareCode: \"s0\"")) {
            Answer asked = ask(
                    here.asOwner(), here, "2026-03-28", "2026-03-30", codes + ", timeZone: \"" + zone + "\"", fields);
            Answer own = ask(there.asOwner(), there, "2026-03-28", "2026-03-30", codes, fields);
            assertThat(asked.at("organization.dailyStats")).as(codes).isEqualTo(own.at("organization.dailyStats"));
        }
    }

    @Test
    void hours_are_those_of_the_clock() {
        var team = inZone("Europe/Berlin");
        List<TrackedEvent> views = new ArrayList<>();
        for (String at : List.of("2025-03-30T00:59:59Z", "2025-03-30T01:00:00Z", "2025-03-30T21:59:59Z")) {
            views.add(view(team, Instant.parse(at)));
        }
        transaction.asWorker(Duration.ofSeconds(30), () -> writer.write(views));
        List<Object> hours = List.copyOf(
                ask(team.asOwner(), team, "2025-03-30", "2025-03-30", "", "hours { at pageViews visitors complete }")
                        .list("organization.dailyStats.hours"));
        assertThat(hours).hasSize(23);
        assertThat(lines(List.of(hours.get(0), hours.get(1), hours.get(2), hours.get(22))))
                .containsExactly(
                        "2025-03-29T23:00:00Z 0 0 true",
                        "2025-03-30T00:00:00Z 1 1 true",
                        "2025-03-30T01:00:00Z 1 1 true",
                        "2025-03-30T21:00:00Z 1 1 true");
        assertThat(ask(team.asOwner(), team, "2025-10-26", "2025-10-26", "", "hours { at }")
                        .list("organization.dailyStats.hours"))
                .hasSize(25);
    }

    private static TrackedEvent event(
            Fixtures.Team team,
            int number,
            Instant at,
            String visitor,
            @Nullable String userCode,
            @Nullable String shareCode,
            boolean click) {
        return new TrackedEvent(
                UUID.fromString(Worlds.uuid(team.id())),
                "m-" + number,
                click ? TrackType.CLICK : TrackType.PAGE,
                null,
                visitor,
                null,
                null,
                userCode,
                shareCode,
                null,
                click ? null : "home",
                click ? "contact.phone" : null,
                click ? ClickCategory.CONTACT : null,
                at,
                at,
                false,
                null,
                null,
                null,
                Map.of(),
                Map.of(),
                Circumstances.NONE);
    }

    @Test
    void days_are_those_of_the_zone_they_were_built_for() {
        var team = inZone("Europe/Berlin");
        team.asOwner()
                .ask(
                        "mutation ($id: ID!) { updateOrganization(input: { id: $id, timeZone: \"Asia/Tokyo\" }) { organization { id } } }",
                        Map.of("id", team.id()))
                .succeeded();
        assertThat(ask(team.asOwner(), team, "2026-01-01", "2026-01-01", "", "timeZone")
                        .text("organization.dailyStats.timeZone"))
                .isEqualTo("Europe/Berlin");
        superuser.execute(
                "update rollup_zones set time_zone = 'Asia/Tokyo' where rollup = 'traffic' and organization_id = ?",
                UUID.fromString(Worlds.uuid(team.id())));
        assertThat(ask(team.asOwner(), team, "2026-01-01", "2026-01-01", "", "timeZone")
                        .text("organization.dailyStats.timeZone"))
                .isEqualTo("Asia/Tokyo");
    }

    @Test
    void a_range_may_be_ten_years_long_and_no_longer() {
        var team = fixtures.team();
        Answer longest = ask(team.asOwner(), team, "2016-01-01", "2026-01-07", "", "days { date }");
        assertThat(longest.list("organization.dailyStats.days")).hasSize(3660);
        Answer longer = asked(team.asOwner(), team, "2016-01-01", "2026-01-08", "", "days { date }")
                .failed("LIMIT_EXCEEDED");
        assertThat(longer.argument()).isEqualTo("range");
        assertThat(longer.message()).contains("3661").contains("3660").contains("2016-01-02");
    }

    @Test
    void one_operation_reads_no_more_days_than_it_can_hold() {
        var team = fixtures.team();
        superuser.execute(
                "insert into analytics_daily_stats (organization_id, date, total_page_views) select ?, '2016-01-01'::date + d, 1 from generate_series(0, 3659) d",
                UUID.fromString(Worlds.uuid(team.id())));
        for (int periods : List.of(10, 11)) {
            Answer answer = team.asOwner()
                    .ask("{ organization(slug: \"" + team.slug() + "\") { "
                            + IntStream.range(0, periods)
                                    .mapToObj(i -> "a" + i
                                            + ": dailyStats(range: { from: \"2016-01-%02d\", to: \"2026-01-07\" }) { totals { pageViews } }"
                                                    .formatted(1 + i))
                                    .collect(Collectors.joining(" "))
                            + " } }");
            if (periods == 10) {
                assertThat(answer.succeeded().at("organization.a9.totals.pageViews"))
                        .isEqualTo(3651);
            } else {
                answer.failed("LIMIT_EXCEEDED");
            }
        }
    }

    @Test
    void what_cannot_be_asked_is_refused_by_its_name() {
        var team = fixtures.team();
        Map<String, String> refused = new LinkedHashMap<>();
        refused.put("range: { from: \"2026-01-02\", to: \"2026-01-01\" }", "range");
        refused.put("range: { from: \"1999-12-31\", to: \"2000-01-01\" }", "range");
        refused.put("range: { from: \"2026-01-01\", to: \"2026-01-01\" }, userCode: \"\"", "userCode");
        refused.put(
                "range: { from: \"2026-01-01\", to: \"2026-01-01\" }, shareCode: \"" + "x".repeat(201) + "\"",
                "shareCode");
        refused.put("range: { from: \"2026-01-01\", to: \"2026-01-01\" }, contactId: \"\"", "contactId");
        refused.put("range: { from: \"2026-01-01\", to: \"2026-01-01\" }, contactId: \"c-1\"", "contactId");
        refused.forEach((arguments, argument) -> {
            Answer answer = team.asOwner()
                    .ask("{ organization(slug: \"" + team.slug() + "\") { dailyStats(" + arguments
                            + ") { clickTargets { clicks } } } }")
                    .failed("BAD_USER_INPUT");
            assertThat(answer.argument()).as(arguments).isEqualTo(argument);
        });
        for (String field : List.of(
                "shareCodes(first: 0) { clicks }",
                "clickTargets(first: 201) { clicks }",
                "contacts(first: -1) { clicks }")) {
            Answer answer = asked(team.asOwner(), team, "2026-01-01", "2026-01-01", "", field)
                    .failed("BAD_USER_INPUT");
            assertThat(answer.argument()).as(field).isEqualTo("first");
        }
        for (String day : List.of("yesterday", "2026-02-30", "2026-01-01T00:00:00Z", "26-01-01", "+12026-01-01", "")) {
            asked(team.asOwner(), team, day, "2026-01-01", "", "timeZone").failed("BAD_USER_INPUT");
        }
        asked(team.asOwner(), team, "2026-01-01", "2026-01-01", ", contactId: \"c-1\"", "pages { views }")
                .failed("BAD_USER_INPUT");
    }

    @Test
    void codes_have_up_to_200_characters_of_any_script() {
        var team = fixtures.team();
        String code = "ä😀".repeat(100);
        new PlantedTraffic(team.id(), "UTC")
                .add(Visit.of("2026-01-01T00:00:00Z", "a").codes(code, code, code))
                .store();
        Answer answer = ask(
                team.asOwner(),
                team,
                "2026-01-01",
                "2026-01-01",
                ", userCode: \"" + code + "\", shareCode: \"" + code + "\", contactId: \"" + code + "\"",
                "totals { sessions } contacts { contactId }");
        assertThat(answer.at("organization.dailyStats.totals.sessions")).isEqualTo(1);
        assertThat(answer.text("organization.dailyStats.contacts.0.contactId")).isEqualTo(code);
    }

    @Test
    void nobody_else_reads_them_and_equal_codes_of_others_do_not_count() {
        var team = fixtures.team();
        var other = fixtures.team();
        for (Fixtures.Team each : List.of(team, other)) {
            new PlantedTraffic(each.id(), "UTC")
                    .add(Visit.of("2026-01-01T00:00:00Z", "a").codes("ada", "mail", "c-1"))
                    .store();
        }
        for (String codes : List.of(
                "",
                ", userCode: \"ada\"",
                ", shareCode: \"mail\"",
                ", userCode: \"ada\", shareCode: \"mail\"",
                ", contactId: \"c-1\"")) {
            Answer answer = ask(
                    team.asOwner(),
                    team,
                    "2026-01-01",
                    "2026-01-01",
                    codes,
                    "totals { sessions } shareCodes { sessions } contacts { sessions }");
            for (String field : List.of("totals.sessions", "shareCodes.0.sessions", "contacts.0.sessions")) {
                assertThat(answer.at("organization.dailyStats." + field))
                        .as(field + codes)
                        .isEqualTo(1);
            }
        }
        assertThat(ask(other.asOwner(), team, "2026-01-01", "2026-01-01", "", "timeZone")
                        .at("organization"))
                .isNull();
        assertThat(other.asOwner()
                        .ask(
                                "query ($id: ID!) { node(id: $id) { ... on Organization { dailyStats(range: { from: \"2026-01-01\", to: \"2026-01-01\" }) { timeZone } } } }",
                                Map.of("id", team.id()))
                        .succeeded()
                        .at("node"))
                .isNull();
    }

    @Test
    void whoever_reads_the_organization_reads_them() {
        var team = fixtures.team();
        new PlantedTraffic(team.id(), "UTC")
                .add(Visit.of("2026-01-01T00:00:00Z", "a"))
                .store();
        for (Api.As reader : List.of(
                team.as("VIEWER"),
                team.as("ADMIN"),
                api.bearer(team.apiKey("READ")),
                api.bearer(team.apiKey("WRITE")))) {
            assertThat(ask(reader, team, "2026-01-01", "2026-01-01", "", "totals { sessions }")
                            .at("organization.dailyStats.totals.sessions"))
                    .isEqualTo(1);
        }
        assertThat(ask(api.bearer(team.apiKey("INGEST")), team, "2026-01-01", "2026-01-01", "", "totals { sessions }")
                        .at("organization"))
                .as("a key that only sends, such as one that stands in a web page")
                .isNull();
    }

    private Fixtures.Team inZone(String zone) {
        String slug = Fixtures.unique("zoned");
        String owner = "owner@" + slug + ".example";
        String id = api.as(owner)
                .ask(
                        "mutation ($slug: String!, $zone: String!) { createOrganization(input: { name: \"Z\", slug: $slug, timeZone: $zone }) { organization { id } } }",
                        Map.of("slug", slug, "zone", zone))
                .succeeded()
                .text("createOrganization.organization.id");
        return new Fixtures.Team(api, id, slug, owner);
    }

    private static Answer ask(
            Api.As caller, Fixtures.Team team, String from, String to, String codes, String selection) {
        return asked(caller, team, from, to, codes, selection).succeeded();
    }

    private static Answer asked(
            Api.As caller, Fixtures.Team team, String from, String to, String codes, String selection) {
        return caller.ask("{ organization(slug: \"" + team.slug() + "\") { dailyStats(range: { from: \"" + from
                + "\", to: \"" + to + "\" }" + codes + ") { " + selection + " } } }");
    }

    private static long number(Answer answer, String path) {
        return ((Number) Objects.requireNonNull(answer.at(path))).longValue();
    }

    private static Map<String, Object> day(String date, int sessions, int pageViews, int clicks, int visitors) {
        return Map.of(
                "date",
                date,
                "sessions",
                sessions,
                "pageViews",
                pageViews,
                "clicks",
                clicks,
                "visitors",
                visitors,
                "complete",
                true);
    }

    private static Map<String, Object> totals(
            int sessions, int pageViews, int clicks, int visitors, double seconds, double bounceRate) {
        return Map.of(
                "sessions",
                sessions,
                "pageViews",
                pageViews,
                "clicks",
                clicks,
                "visitors",
                visitors,
                "averageSessionSeconds",
                seconds,
                "bounceRate",
                bounceRate);
    }
}
