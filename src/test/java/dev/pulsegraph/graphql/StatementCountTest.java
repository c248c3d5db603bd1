package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.PostgresServer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.PlantedTraffic;
import dev.pulsegraph.support.TestServer;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How many statements an operation takes depends on its shape, never on its rows. PostgreSQL itself counts them. */
@MicronautTest(transactional = false)
class StatementCountTest {
    private static final String CALLS = """
            select query, sum(calls) as calls from pg_stat_statements s join pg_roles r on r.oid = s.userid
            where r.rolname in ('pulsegraph_login', 'pulsegraph_api', 'pulsegraph_worker')
              and query !~* '^(begin|commit|rollback|savepoint|set|show)'
            group by query""";

    /**
     * Says on whose behalf, and looks once for what they may read: both in the round trip of BEGIN. BEGIN, SAVEPOINT and
     * COMMIT are left out: not every one of them shows up in PostgreSQL's counts.
     */
    private static final int AROUND_A_QUERY = 2;

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Test
    void an_organization_with_posts_and_authors_takes_three() {
        var team = fixtures.team();
        team.post("first");
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { name posts(first: 50) { nodes { title author { name } } } } }";
        List<String> one = statements(team.asOwner(), query);
        assertThat(one).hasSize(AROUND_A_QUERY + 3);
        posts(team, 49);
        assertThat(statements(team.asOwner(), query)).hasSameSizeAs(one);
    }

    @Test
    void five_organizations_take_no_more_than_one() {
        String owner = Fixtures.unique("owner") + "@count.example";
        var first = organization(owner);
        posts(first, 1);
        String query =
                "{ organizations { nodes { name posts { nodes { title content hashtags media { url } author { name } insights { likes } } } } } }";
        List<String> one = statements(api.as(owner), query);
        // Organizations, posts, contents, media, authors, insights.
        assertThat(one).hasSize(AROUND_A_QUERY + 6);
        for (int i = 0; i < 4; i++) {
            posts(organization(owner), 3);
        }
        assertThat(statements(api.as(owner), query)).hasSameSizeAs(one);
    }

    @Test
    void the_newest_metrics_of_many_posts_take_one() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { posts(first: 200) { nodes { latestMetrics { metric value } } } } }";
        posts(team, 1);
        List<String> one = statements(team.asOwner(), query);
        assertThat(one).hasSize(AROUND_A_QUERY + 3);
        posts(team, 60);
        assertThat(statements(team.asOwner(), query)).hasSameSizeAs(one);
    }

    /** One for what the organization brings, such as its zone and its definitions, and one a question. */
    @Test
    void metrics_take_two_however_many_series_and_posts_there_are() {
        var team = fixtures.team();
        String asked =
                "metrics(query: { metrics: [\"likes\", \"followers\"], range: { from: \"2026-01-01T00:00:00Z\", to: \"2026-02-01T00:00:00Z\" },"
                        + " granularity: DAY, compareTo: PREVIOUS_PERIOD, groupBy: [PLATFORM, ENTITY], topGroups: 3 }) { series { total } }";
        String ofOrganization = "{ organization(slug: \"" + team.slug() + "\") { " + asked + " } }";
        String ofPosts =
                "{ organization(slug: \"" + team.slug() + "\") { posts(first: 50) { nodes { " + asked + " } } } }";
        samples(team, posts(team, 1));
        assertThat(statements(team.asOwner(), ofOrganization)).hasSize(AROUND_A_QUERY + 3);
        assertThat(statements(team.asOwner(), ofPosts)).hasSize(AROUND_A_QUERY + 4);
        samples(team, posts(team, 20));
        assertThat(statements(team.asOwner(), ofOrganization)).hasSize(AROUND_A_QUERY + 3);
        assertThat(statements(team.asOwner(), ofPosts)).hasSize(AROUND_A_QUERY + 4);
    }

    /** The zone, the days of both periods, each list, and the visitors of the share codes. */
    @Test
    void a_dashboard_takes_seven_however_many_days_and_codes_there_are() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { dailyStats(range: { from: \"2025-01-01\", to: \"2025-12-31\" }) { timeZone days { date sessions visitors complete }"
                + " totals { sessions visitors } previous { visitors } shareCodes(first: 50) { shareCode sessions visitors }"
                + " clickTargets { clicks } pages { views } contacts { sessions } } } }";
        traffic(team, 1, 1);
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 1 + 7);
        traffic(team, 50, 30);
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 1 + 7);
        assertThat(statements(
                        team.asOwner(),
                        query.replace("from: \"2025-01-01\", to: \"2025-12-31\"", "last: 12, unit: MONTH")))
                .as("today is read with the zone")
                .hasSize(AROUND_A_QUERY + 1 + 7);
        assertThat(team.asOwner().ask(query).list("organization.dailyStats.shareCodes"))
                .hasSize(50);
        String elsewhere = query.replace("2025-12-31\" })", "2025-12-31\" }, timeZone: \"Asia/Tokyo\")")
                .replace(" contacts { sessions }", "");
        team.asOwner().ask(elsewhere).succeeded();
        assertThat(statements(team.asOwner(), elsewhere))
                .as("days of another zone, but for contacts")
                .hasSize(AROUND_A_QUERY + 1 + 6);
    }

    /** As many as may have aliases; each also asked for the period before, and for its lists. */
    @Test
    void a_year_of_each_of_many_share_codes_takes_no_more_than_of_one() {
        var team = fixtures.team();
        traffic(team, 29, 12);
        List<Integer> counts = IntStream.of(1, 29)
                .map(codes -> statements(
                                team.asOwner(),
                                "{ organization(slug: \"" + team.slug() + "\") { "
                                        + IntStream.range(0, codes)
                                                .mapToObj(StatementCountTest::yearOfShareCode)
                                                .collect(Collectors.joining(" "))
                                        + " } }")
                        .size())
                .boxed()
                .toList();
        assertThat(counts).containsExactly(AROUND_A_QUERY + 4, AROUND_A_QUERY + 4);
    }

    /** The organization, the page, and everybody who logged or rated. */
    @Test
    void ai_context_with_its_people_takes_three() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { aiContext(first: 50) { nodes { contextSummary user { name } feedbackBy { name } } } } }";
        aiContext(team, 1);
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 3);
        aiContext(team, 30);
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 3);
    }

    private void aiContext(Fixtures.Team team, int count) {
        var member = team.as("MEMBER");
        for (int i = 0; i < count; i++) {
            String id = member.ask("mutation { logAiContext(input: { organization: \"" + team.id()
                            + "\", sourceType: \"chat\", contextSummary: \"x\" }) { log { id } } }")
                    .succeeded()
                    .text("logAiContext.log.id");
            team.asOwner()
                    .ask("mutation { rateAiContext(input: { id: \"" + id + "\", feedbackScore: 5 }) { log { id } } }")
                    .succeeded();
        }
    }

    @Test
    void features_of_many_posts_take_one() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { posts(first: 50) { nodes { mlFeatures { featureSet values } } } } }";
        features(team, posts(team, 1));
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 3);
        features(team, posts(team, 40));
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 3);
    }

    @Test
    void embeddings_of_many_posts_take_one_and_so_do_models() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { embeddingModels { name vectors } posts(first: 50) { nodes { embeddings { model vector } } } } }";
        embeddings(team, posts(team, 1));
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 4);
        embeddings(team, posts(team, 40));
        assertThat(statements(team.asOwner(), query)).hasSize(AROUND_A_QUERY + 4);
    }

    @Test
    void what_is_like_twenty_posts_takes_one_and_a_question_two() {
        var team = fixtures.team();
        String ofPosts = "{ organization(slug: \"" + team.slug()
                + "\") { posts(first: 20) { nodes { similar(first: 3) { matches { score entity { id } } } } } } }";
        String question = "{ organization(slug: \"" + team.slug()
                + "\") { similar(input: { text: \"words\", mode: HYBRID }) { matches { score entity { ... on Post { title } } } } } }";
        texts(team, posts(team, 2));
        assertThat(statements(team.asOwner(), ofPosts)).hasSize(AROUND_A_QUERY + 4);
        assertThat(statements(team.asOwner(), question)).hasSize(AROUND_A_QUERY + 4);
        texts(team, posts(team, 20));
        assertThat(statements(team.asOwner(), ofPosts)).hasSize(AROUND_A_QUERY + 4);
        assertThat(statements(team.asOwner(), question)).hasSize(AROUND_A_QUERY + 4);
    }

    private static void texts(Fixtures.Team team, List<String> posts) {
        String items = posts.stream()
                .map(post -> "{ entityType: POST, entity: \"" + post
                        + "\", sourceField: \"content\", text: \"Some words about " + post + "\" }")
                .collect(Collectors.joining(" "));
        team.asOwner()
                .ask("mutation { upsertEmbeddings(input: { organization: \"" + team.id() + "\", items: [" + items
                        + "] }) { written } }")
                .succeeded();
    }

    private static void embeddings(Fixtures.Team team, List<String> posts) {
        String items = posts.stream()
                .map(post -> "{ entityType: POST, entity: \"" + post
                        + "\", sourceField: \"content\", model: \"acme\", vector: [1, 2] }")
                .collect(Collectors.joining(" "));
        assertThat(team.asOwner()
                        .ask("mutation { upsertEmbeddings(input: { organization: \"" + team.id() + "\", items: ["
                                + items + "] }) { written } }")
                        .succeeded()
                        .at("upsertEmbeddings.written"))
                .isEqualTo(posts.size());
    }

    private static void features(Fixtures.Team team, List<String> posts) {
        String features = posts.stream()
                .map(post -> "{ entityType: POST, entity: \"" + post + "\", featureSet: \"f\", values: [1, 2] }")
                .collect(Collectors.joining(" "));
        assertThat(team.asOwner()
                        .ask("mutation { upsertMlFeatures(input: { organization: \"" + team.id() + "\", features: ["
                                + features + "] }) { written } }")
                        .succeeded()
                        .at("upsertMlFeatures.written"))
                .isEqualTo(posts.size());
    }

    private static String yearOfShareCode(int number) {
        return "a" + number
                + ": dailyStats(range: { from: \"2025-01-01\", to: \"2025-12-31\" }, userCode: \"ada\", shareCode: \"share-"
                + number
                + "\") { days { date sessions visitors } totals { pageViews visitors } previous { sessions } clickTargets { clicks } }";
    }

    @Test
    void what_a_dashboard_does_not_ask_is_not_read() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { dailyStats(range: { from: \"2025-01-01\", to: \"2025-12-31\" }) { %s } } }";
        assertThat(statements(team.asOwner(), query.formatted("timeZone"))).hasSize(AROUND_A_QUERY + 2);
        assertThat(statements(team.asOwner(), query.formatted("totals { sessions }")))
                .hasSize(AROUND_A_QUERY + 2);
        assertThat(statements(team.asOwner(), query.formatted("pages { views }"))
                        .toString())
                .doesNotContain("analytics_daily_stats", "analytics_daily_contact_stats", "traffic_zones");
    }

    /** A visit a month of each code, each by a visitor of its own. */
    private static void traffic(Fixtures.Team team, int codes, int visits) {
        String organization = Worlds.uuid(team.id());
        for (String table : List.of(
                "analytics_daily_stats",
                "analytics_daily_user_stats",
                "analytics_daily_group_stats",
                "analytics_daily_contact_stats",
                "analytics_daily_click_targets",
                "analytics_daily_page_stats",
                "traffic_quarters",
                "traffic_quarter_clicks",
                "traffic_quarter_pages")) {
            Worlds.executeAsSuperuser("delete from " + table + " where organization_id = '" + organization + "'");
        }
        var planted = new PlantedTraffic(team.id(), "UTC");
        for (int code = 0; code < codes; code++) {
            for (int visit = 0; visit < visits; visit++) {
                planted.add(PlantedTraffic.Visit.of(
                                "2025-%02d-10T00:00:00Z".formatted(1 + visit % 12), "v" + code + " " + visit)
                        .codes("ada", "share-" + code, "contact-" + code)
                        .clicks(Map.of("target-" + code, "other")));
            }
        }
        planted.store();
    }

    private static void samples(Fixtures.Team team, List<String> posts) {
        String samples = posts.stream()
                .flatMap(post -> Stream.of("x", "y")
                        .map(platform -> "{ metric: \"likes\", entityType: POST, entity: \"" + post + "\", platform: \""
                                + platform + "\", value: 1, recordedAt: \"2026-01-05T00:00:00Z\" }"))
                .collect(Collectors.joining(" "));
        team.asOwner()
                .ask("mutation { recordMetrics(input: { organization: \"" + team.id() + "\", samples: [" + samples
                        + "] }) { written } }")
                .succeeded();
    }

    @Test
    void members_with_their_users_take_three() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { members { nodes { role user { name } invitedBy { name } } } } }";
        List<String> one = statements(team.asOwner(), query);
        assertThat(one).hasSize(AROUND_A_QUERY + 3);
        for (String role : new String[] {"VIEWER", "MEMBER", "EDITOR", "ADMIN"}) {
            team.member(role);
        }
        assertThat(statements(team.asOwner(), query)).hasSameSizeAs(one);
    }

    @Test
    void fifty_ids_of_a_type_take_one() {
        var team = fixtures.team();
        List<String> ids = posts(team, 50);
        String query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Post { title } } }";
        assertThat(statements(team.asOwner(), query, Map.of("ids", ids.subList(0, 1))))
                .hasSize(AROUND_A_QUERY + 1);
        assertThat(statements(team.asOwner(), query, Map.of("ids", ids))).hasSize(AROUND_A_QUERY + 1);
    }

    @Test
    void a_total_is_counted_only_when_it_is_asked_for() {
        var team = fixtures.team();
        posts(team, 2);
        String query = "{ organization(slug: \"" + team.slug() + "\") { posts { %s nodes { title } } } }";
        List<String> without = statements(team.asOwner(), query.formatted(""));
        assertThat(without).hasSize(AROUND_A_QUERY + 2);
        assertThat(without.toString()).doesNotContainIgnoringCase("count(");
        List<String> with = statements(team.asOwner(), query.formatted("totalCount"));
        assertThat(with).hasSize(AROUND_A_QUERY + 3);
        assertThat(with.toString()).containsIgnoringCase("count(");
    }

    @Test
    void totals_of_many_organizations_take_one_each() {
        var team = fixtures.team();
        String query = "{ organizations { totalCount nodes { members(first: 1) { totalCount nodes { role } } "
                + "aiContext(last: 1) { totalCount nodes { id } } } } }";
        List<String> one = statements(team.asOwner(), query);
        assertThat(one).hasSize(AROUND_A_QUERY + 6);
        fixtures.team().join(team.owner(), "VIEWER");
        assertThat(statements(team.asOwner(), query)).hasSameSizeAs(one);
    }

    @Test
    void a_key_takes_one_statement_more_than_a_user() {
        var team = fixtures.team();
        var key = api.bearer(team.apiKey("READ"));
        assertThat(statements(key, "{ organization(slug: \"" + team.slug() + "\") { name } }"))
                .hasSize(AROUND_A_QUERY + 2);
    }

    @Test
    void what_the_schema_answers_takes_none() {
        var team = fixtures.team();
        for (String query :
                new String[] {"{ __typename }", "{ __schema { types { name } } }", "{ __type(name: \"Post\") { name } }"
                }) {
            assertThat(statements(team.asOwner(), query)).as(query).isEmpty();
        }
    }

    @Test
    void what_is_refused_beforehand_takes_none() {
        var team = fixtures.team();
        for (String query : new String[] {
            "{", "{ unknown }", "{" + " __typename".repeat(11) + "}", "{ organizations(first: 30000) { nodes { id } } }"
        }) {
            var before = calls();
            assertThat(team.asOwner().ask(query).errors()).isNotEmpty();
            assertThat(difference(before, calls())).as(query).isEmpty();
        }
    }

    private Fixtures.Team organization(String owner) {
        String slug = Fixtures.unique("counted");
        String id = api.as(owner)
                .ask(
                        "mutation ($slug: String!) { createOrganization(input: { name: \"X\", slug: $slug }) { organization { id } } }",
                        Map.of("slug", slug))
                .succeeded()
                .text("createOrganization.organization.id");
        return new Fixtures.Team(api, id, slug, owner);
    }

    private static List<String> posts(Fixtures.Team team, int count) {
        return IntStream.range(0, count).mapToObj(i -> team.post("post " + i)).collect(Collectors.toList());
    }

    private static List<String> statements(Api.As caller, String query) {
        return statements(caller, query, Map.of());
    }

    /** What the second run took: the first fills caches, such as who is known. */
    private static List<String> statements(Api.As caller, String query, Map<String, ?> variables) {
        caller.ask(query, variables).succeeded();
        var before = calls();
        caller.ask(query, variables).succeeded();
        return difference(before, calls());
    }

    private static List<String> difference(Map<String, Long> before, Map<String, Long> after) {
        List<String> statements = new ArrayList<>();
        after.forEach((query, calls) -> {
            for (long i = before.getOrDefault(query, 0L); i < calls; i++) {
                statements.add(query);
            }
        });
        return statements;
    }

    private static Map<String, Long> calls() {
        PostgresServer postgres = TestServer.shared();
        Map<String, Long> calls = new HashMap<>();
        try (var superuser = DriverManager.getConnection(postgres.url(), "postgres", postgres.password());
                var statement = superuser.createStatement();
                var rows = statement.executeQuery(CALLS)) {
            while (rows.next()) {
                calls.put(rows.getString(1), rows.getLong(2));
            }
            return calls;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
