package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.organization.AuditRepository;
import dev.pulsegraph.organization.MemberRepository;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.support.TestDatabase;
import io.micronaut.data.annotation.Query;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * The statements that are asked all the time walk an index from where they begin to where they end, under row security,
 * whether the server plans for the values or for any values.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryPlanTest {
    private static final String ORGANIZATION = "00000000-0000-0000-0000-000000000007";
    private static final String USER = "10000000-0000-0000-0000-000000000007";
    private static final String SMALLEST = "'00000000-0000-0000-0000-000000000000'";

    private final TestDatabase database = TestDatabase.empty();

    @BeforeAll
    void fill() {
        database.migrate();
        database.execute("""
                begin;
                set local session_replication_role = replica;
                insert into user_profiles (id, email) select ('10000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid, i || '@plan.example'
                from generate_series(1, 2000) i;
                insert into organizations (id, name, slug) select ('00000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid, 'n', 'o-' || i
                from generate_series(1, 1000) i;
                insert into organization_members (organization_id, id, user_id, role, joined_at)
                select o.id, gen_random_uuid(), u.id, 'owner', '2026-01-01'::timestamptz + random() * interval '100 days'
                from (select id, row_number() over (order by id) as n from organizations) o
                join (select id, row_number() over (order by id) as n from user_profiles) u
                  on o.n = 7 or u.n % 1000 in (o.n - 1, o.n, o.n + 1);
                insert into posts_core (organization_id, id, title, status, created_at, published_at)
                select o.id, gen_random_uuid(), md5(random()::text), 'published', t.at, t.at
                from (select id, row_number() over (order by id) as n from organizations) o,
                  lateral (select '2026-01-01'::timestamptz + random() * interval '100 days' + o.n * interval '1 microsecond' as at
                    from generate_series(1, case when o.n <= 10 then 2000 else 5 end)) t;
                insert into audit_log (organization_id, occurred_at, actor_label, action, subject_type, subject_id, after)
                select organization_id, created_at, 'system', 'create', 'Post', id, '{}' from posts_core;
                insert into metric_definitions (organization_id, name, kind, default_aggregation)
                select o.id, m, 'counter', 'sum' from organizations o, unnest(array['likes', 'reach', 'views', 'shares']) m;
                insert into metric_series (organization_id, id, entity_type, entity_id, metric, platform, last_value, last_at)
                select p.organization_id, row_number() over (), 'post', p.id, m, 'x', 1, now()
                from posts_core p, unnest(array['likes', 'reach']) m;
                insert into metric_rollups (organization_id, series_id, tier, bucket, samples, sum, min, max, first, last, growth)
                select s.organization_id, s.id, t.tier, '2026-01-01'::timestamptz + d * interval '1 day', 1, 1, 1, 1, 1, 1, 1
                from metric_series s, generate_series(1, 5) d, (values (15), (1440)) t(tier);
                insert into metric_totals (organization_id, metric, tier, bucket, entity_type, platform, samples, sum, growth)
                select o.id, m, t.tier, '2026-01-01'::timestamptz + d * interval '1 day', 'post', 'x', 1, 1, 1
                from organizations o, unnest(array['likes', 'reach']) m, generate_series(1, 30) d, (values (15), (60), (1440)) t(tier);
                commit;""");
        fillTraffic();
        fillContext();
        fillEmbeddings();
        database.execute("analyze");
    }

    /** A year of one organization with many codes, and a few days of many others. */
    private void fillTraffic() {
        database.execute("""
                begin;
                set local session_replication_role = replica;
                create temp table cells as
                select o.id as organization_id, '2026-01-01'::date + d as date, 'u' || u as user_code, 's' || u || '-' || s as share_code
                from (select id, row_number() over (order by id) as n from organizations) o
                cross join lateral generate_series(0, case when o.n = 7 then 364 else 2 end) d
                cross join lateral generate_series(1, case when o.n = 7 then 20 else 2 end) u
                cross join lateral generate_series(1, 3) s;
                insert into analytics_daily_group_stats (organization_id, date, user_code, share_code, total_sessions)
                select organization_id, date, user_code, share_code, 1 from cells;
                insert into analytics_daily_user_stats (organization_id, date, user_code, total_sessions)
                select distinct organization_id, date, user_code, 1 from cells;
                insert into analytics_daily_stats (organization_id, date, total_sessions) select distinct organization_id, date, 1 from cells;
                insert into analytics_daily_contact_stats (organization_id, date, user_code, share_code, contact_id, total_sessions, first_visit, last_visit)
                select organization_id, date, user_code, share_code, user_code || share_code || c, 1, date, date from cells, generate_series(1, 2) c;
                insert into analytics_daily_click_targets (organization_id, date, user_code, share_code, click_category, click_target, click_count)
                select organization_id, date, user_code, share_code, 'other', 't' || t, 1 from cells, generate_series(1, 3) t;
                insert into analytics_daily_page_stats (organization_id, date, user_code, share_code, page_type, view_count)
                select organization_id, date, user_code, share_code, 'p' || t, 1 from cells, generate_series(1, 3) t;
                select app.make_partitions('analytics_sessions', array(select distinct date_trunc('month', date)::date from cells));
                insert into analytics_sessions (organization_id, session_key, visitor, user_code, first_seen, last_seen, page_views, first_message_key)
                select organization_id, gen_random_uuid(), 'v', user_code, date + random() * interval '1 day', date + interval '2 days', 1, gen_random_uuid() from cells;
                insert into ingest_rejects (organization_id, received_at, code, reason)
                select organization_id, date + random() * interval '1 day', 'c', 'r' from cells;
                commit;""");
    }

    private void fillContext() {
        database.execute("""
                begin;
                set local session_replication_role = replica;
                insert into ai_context_logs (organization_id, id, source_type, context_summary, created_at)
                select organization_id, id, (array['chat', 'post', 'dm'])[1 + abs(hashtext(id::text)) % 3], 'x', created_at from posts_core;
                insert into ml_features (organization_id, entity_type, entity_id, feature_set, version, values, computed_at)
                select organization_id, 'post', id, s, v, '{1,2,3}', created_at
                from posts_core, unnest(array['engagement', 'topics']) s, generate_series(1, 2) v;
                commit;""");
    }

    private void fillEmbeddings() {
        database.execute("""
                begin;
                set local session_replication_role = replica;
                insert into embedding_spaces (model, dimensions) values ('a', 2), ('b', 2);
                insert into embedding_models (organization_id, name, dimensions, space_id)
                select o.id, s.model, s.dimensions, s.id from organizations o, embedding_spaces s;
                insert into embeddings (organization_id, id, entity_type, entity_id, source_field, space_id, vector_data)
                select p.organization_id, gen_random_uuid(), 'post', p.id, f, s.id, '{1,0}'
                from posts_core p, embedding_spaces s, unnest(array['title', 'content']) f;
                commit;""");
    }

    @AfterAll
    void close() {
        database.close();
    }

    @TestFactory
    Stream<DynamicTest> a_page_walks_its_index() {
        Class<?> pages = posts();
        String time = "'2026-02-01T00:00:00Z'";
        return Stream.of(
                        page(pages, "listPublishedUp", time, "posts_core_organization_id_published_at_idx"),
                        page(pages, "listPublishedDown", time, "posts_core_organization_id_published_at_idx"),
                        page(pages, "listCreatedUp", time, "posts_core_organization_id_created_at_idx"),
                        page(pages, "listCreatedDown", time, "posts_core_organization_id_created_at_idx"),
                        page(pages, "listTitleUp", "'8'", "posts_core_organization_id_title_idx"),
                        page(pages, "listTitleDown", "'8'", "posts_core_organization_id_title_idx"),
                        members("listUp", time),
                        members("listDown", time),
                        page(AuditRepository.class, "listUp", time, "audit_log_organization_id_occurred_at_idx"),
                        page(AuditRepository.class, "listDown", time, "audit_log_organization_id_occurred_at_idx"))
                .flatMap(this::planned);
    }

    /** From the place that stands before all rows, so that the planner cannot tell it from any other page. */
    @TestFactory
    Stream<DynamicTest> the_first_page_walks_its_index_too() {
        return Stream.of(
                        page(posts(), "listPublishedDown", "'infinity'", "posts_core_organization_id_published_at_idx"),
                        page(posts(), "listCreatedUp", "'-infinity'", "posts_core_organization_id_created_at_idx"),
                        page(posts(), "listTitleUp", "''", "posts_core_organization_id_title_idx"),
                        page(
                                posts(),
                                "listTitleDown",
                                "repeat(U&'\\FFFF', 501)",
                                "posts_core_organization_id_title_idx"))
                .flatMap(this::planned);
    }

    @TestFactory
    Stream<DynamicTest> a_row_is_found_by_its_key() {
        return Stream.of(
                        new Statement(
                                OrganizationRepository.class,
                                "findBySlug",
                                1,
                                Map.of("slug", "'o-7'"),
                                "organizations_slug_key",
                                "(slug ="),
                        new Statement(
                                MemberRepository.class,
                                "listByUser",
                                2,
                                Map.of("organizations", organizations(), "user", "'" + USER + "'"),
                                "organization_members_user_",
                                "user_id ="))
                .flatMap(this::planned);
    }

    @TestFactory
    Stream<DynamicTest> metrics_are_found_by_their_keys() {
        Map<String, String> asked = new HashMap<>(Map.ofEntries(
                Map.entry("segments", """
                        '[{"organization_id": "%1$s", "metric": "likes", "comparison": false, "totals": true, "tier": 1440,
                           "from_at": "2026-01-01T00:00:00Z", "to_at": "2026-01-20T00:00:00Z"},
                          {"organization_id": "%1$s", "metric": "reach", "comparison": false, "totals": false, "tier": 1440,
                           "from_at": "2026-01-01T00:00:00Z", "to_at": "2026-01-20T00:00:00Z"}]'""".formatted(ORGANIZATION)),
                Map.entry("edges", """
                        '[{"organization_id": "%s", "comparison": false,
                           "edges": ["2026-01-01T00:00:00Z", "2026-01-20T00:00:00Z"]}]'""".formatted(ORGANIZATION)),
                Map.entry("owned", "false"),
                Map.entry("byPlatform", "false"),
                Map.entry("byEntity", "false"),
                Map.entry("groups", "1")));
        var points = new Statement(metrics("MetricPointRepository"), "listPoints", 10, asked, "", "");
        var newest = new Statement(
                metrics("MetricRepository"),
                "listNewest",
                3,
                Map.of("organizations", organizations(), "posts", "'{" + USER + "}'"),
                "",
                "");
        return Stream.of("force_custom_plan", "force_generic_plan")
                .flatMap(mode -> Stream.of(
                        DynamicTest.dynamicTest(
                                "points with " + mode,
                                () -> assertThat(plan(points, mode))
                                        .contains("metric_totals_pkey", "metric_rollups_pkey", "on metric_series")
                                        .doesNotContainPattern("Seq Scan on metric_(totals|rollups|series)")),
                        DynamicTest.dynamicTest(
                                "newest with " + mode,
                                () -> assertThat(plan(newest, mode))
                                        .contains("metric_series_entity_key")
                                        .doesNotContainPattern("Seq Scan on metric_series"))));
    }

    /** Whatever is asked, in any plan no table of days is read but by ranges of its indexes. */
    @TestFactory
    Stream<DynamicTest> days_of_traffic_are_found_by_their_keys() {
        String repository = "dev.pulsegraph.traffic.TrafficDayRepository";
        Map<String, String> asked = new HashMap<>(Map.of(
                "organizations",
                "'{%1$s,%1$s,%1$s,%1$s}'".formatted(ORGANIZATION),
                "froms",
                "'{2026-01-01,2026-01-01,2026-01-01,2026-01-01}'",
                "tos",
                "'{2026-12-31,2026-01-31,2026-01-31,2026-01-31}'",
                "userCodes",
                "'{\"\",=u1,\"\",\"\"}'",
                "shareCodes",
                "'{\"\",\"\",=s1-1,\"\"}'",
                "contactIds",
                "'{\"\",\"\",\"\",=u1s1-11}'",
                "extras",
                "'{20,20,20,20}'",
                "categories",
                "'{\"\",\"\",other,\"\"}'",
                "most",
                "1000"));
        Map<String, List<String>> indexes = Map.of(
                "listDays",
                List.of(
                        "analytics_daily_stats_pkey",
                        "analytics_daily_user_stats_pkey",
                        "analytics_daily_group_stats_share_code_idx",
                        "analytics_daily_contact_stats_contact_id_idx"),
                "listShareCodes",
                List.of(
                        "analytics_daily_group_stats_pkey",
                        "analytics_daily_group_stats_share_code_idx",
                        "analytics_daily_contact_stats_contact_id_idx"),
                "listClickTargets",
                List.of("analytics_daily_click_targets_pkey", "analytics_daily_group_stats_share_code_idx"),
                "listPages",
                List.of("analytics_daily_page_stats_pkey", "analytics_daily_group_stats_share_code_idx"),
                "listContacts",
                List.of(
                        "analytics_daily_contact_stats_pkey",
                        "analytics_daily_contact_stats_contact_id_idx",
                        "analytics_daily_group_stats_share_code_idx"));
        return indexes.entrySet().stream()
                .flatMap(entry -> Stream.of("force_custom_plan", "force_generic_plan")
                        .map(mode -> DynamicTest.dynamicTest(entry.getKey() + " with " + mode, () -> {
                            var statement = new Statement(
                                    named(repository),
                                    entry.getKey(),
                                    List.of("listClickTargets", "listDays").contains(entry.getKey()) ? 8 : 7,
                                    asked,
                                    "",
                                    "");
                            String plan = plan(statement, mode);
                            assertThat(plan)
                                    .contains(entry.getValue())
                                    .doesNotContain("Seq Scan on analytics")
                                    .contains("One-Time Filter");
                            // Every scan begins with more than the organization.
                            assertThat(plan.lines()
                                            .filter(line ->
                                                    line.contains("Index Cond") && line.contains("organization_id")))
                                    .as(plan)
                                    .isNotEmpty()
                                    .allSatisfy(line -> assertThat(line).contains("date", " AND "));
                        })));
    }

    @TestFactory
    Stream<DynamicTest> a_page_of_sessions_walks_its_index() {
        Class<?> sessions = named("dev.pulsegraph.traffic.SessionRepository");
        Map<String, String> asked = new HashMap<>(Map.of(
                "organizations",
                organizations(),
                "userCode",
                "'u1'",
                "from",
                "'2026-01-01T00:00:00Z'",
                "to",
                "'2026-12-31T00:00:00Z'",
                "id",
                SMALLEST,
                "limit",
                "51"));
        return Stream.of("listUp", "listDown")
                .flatMap(method -> Stream.of(6, 7)
                        .flatMap(parameters -> Stream.of("force_custom_plan", "force_generic_plan")
                                .map(mode -> DynamicTest.dynamicTest(
                                        method
                                                + (parameters == 6
                                                        ? " of all sessions with "
                                                        : " of sessions of a code with ")
                                                + mode,
                                        () -> {
                                            String plan = plan(
                                                    new Statement(
                                                            sessions,
                                                            method,
                                                            parameters,
                                                            fromTheFirst(asked, method),
                                                            "",
                                                            ""),
                                                    mode);
                                            assertThat(plan)
                                                    .contains(
                                                            method.equals("listUp")
                                                                    ? "Index Scan using"
                                                                    : "Index Scan Backward using")
                                                    .doesNotContain("Seq Scan on analytics")
                                                    .doesNotContain("->  Sort");
                                            assertThat(plan.lines()
                                                            .filter(line -> line.contains("Index Cond")
                                                                    && line.contains("first_seen")))
                                                    .as(plan)
                                                    .isNotEmpty()
                                                    .allSatisfy(line ->
                                                            assertThat(line).contains("ROW("))
                                                    .anySatisfy(line -> assertThat(line)
                                                            .contains(
                                                                    parameters == 6 ? "organization_id" : "user_code"));
                                        }))));
    }

    @TestFactory
    Stream<DynamicTest> a_page_of_rejected_events_walks_its_index() {
        Class<?> rejects = named("dev.pulsegraph.traffic.IngestRejectPageRepository");
        return Stream.of(
                        page(rejects, "listUp", "'-infinity'", "ingest_rejects_pkey"),
                        page(rejects, "listDown", "'infinity'", "ingest_rejects_pkey"))
                .flatMap(this::planned);
    }

    @TestFactory
    Stream<DynamicTest> a_page_of_ai_context_walks_its_index() {
        Class<?> logs = named("dev.pulsegraph.aicontext.AiContextRepository");
        Map<String, String> asked =
                Map.of("organizations", organizations(), "sourceType", "'chat'", "id", SMALLEST, "limit", "21");
        return Stream.of("listUp", "listDown")
                .flatMap(method -> Stream.of(
                        new Statement(
                                logs,
                                method,
                                4,
                                fromTheFirst(asked, method),
                                "ai_context_logs_organization_id_created_at_idx",
                                "(ROW("),
                        new Statement(
                                logs,
                                method,
                                5,
                                fromTheFirst(asked, method),
                                "ai_context_logs_source_type_idx",
                                "(ROW(")))
                .flatMap(this::planned);
    }

    /** With the place that the first page of that direction begins at. */
    private static Map<String, String> fromTheFirst(Map<String, String> asked, String method) {
        Map<String, String> all = new HashMap<>(asked);
        all.put("key", method.equals("listUp") ? "'-infinity'" : "'infinity'");
        return all;
    }

    @TestFactory
    Stream<DynamicTest> features_are_found_by_their_key() {
        var statement = new Statement(
                named("dev.pulsegraph.mlfeature.MlFeatureRepository"),
                "listByEntities",
                6,
                Map.of(
                        "organizations",
                        organizations(),
                        "types",
                        "'{post}'",
                        "entities",
                        organizations(),
                        "first",
                        "20"),
                "",
                "");
        return Stream.of("force_custom_plan", "force_generic_plan")
                .map(mode -> DynamicTest.dynamicTest(
                        mode,
                        () -> assertThat(plan(statement, mode))
                                .contains("ml_features_pkey")
                                .doesNotContain("Seq Scan on ml_features")));
    }

    @TestFactory
    Stream<DynamicTest> embeddings_of_posts_are_found_by_their_keys() {
        Class<?> embeddings = named("dev.pulsegraph.embedding.EmbeddingRepository");
        var ofPosts = new Statement(
                embeddings,
                "listByPosts",
                4,
                Map.of(
                        "organizations",
                        organizations(),
                        "posts",
                        "'{" + USER + "}'",
                        "vectors",
                        "true",
                        "most",
                        "1000000"),
                "",
                "");
        var models = new Statement(embeddings, "listModels", 1, Map.of("organizations", organizations()), "", "");
        return Stream.of("force_custom_plan", "force_generic_plan")
                .flatMap(mode -> Stream.of(
                        DynamicTest.dynamicTest(
                                "embeddings with " + mode,
                                () -> assertThat(plan(ofPosts, mode))
                                        .contains("embeddings_entity_key", "embeddings_pkey")
                                        .doesNotContain("Seq Scan on embeddings")),
                        DynamicTest.dynamicTest(
                                "models with " + mode,
                                () -> assertThat(plan(models, mode))
                                        .contains("embeddings_space_idx")
                                        .doesNotContain("Seq Scan on embeddings"))));
    }

    /** Every policy asks this first. */
    @Test
    void memberships_of_a_user_are_read_from_an_index_alone() throws SQLException {
        try (Connection connection = database.asSuperuser()) {
            String plan = String.join(
                    "\n",
                    TestDatabase.texts(
                            connection,
                            "explain (costs off) select organization_id from organization_members m where m.user_id = '"
                                    + USER + "' and m.status = 'active' and app.role_rank(m.role) >= 1"));
            assertThat(plan).contains("Index Only Scan using organization_members_user_id_idx");
        }
    }

    private Stream<DynamicTest> planned(Statement statement) {
        return Stream.of("force_custom_plan", "force_generic_plan")
                .map(mode -> DynamicTest.dynamicTest(
                        statement.method() + statement.values().getOrDefault("key", "") + " with " + mode, () -> {
                            String plan = plan(statement, mode);
                            assertThat(plan)
                                    .contains("using " + statement.index())
                                    .doesNotContain("Seq Scan")
                                    .doesNotContain("Sort");
                            assertThat(plan.lines().filter(line -> line.contains("Index Cond")))
                                    .as(plan)
                                    .anySatisfy(line -> assertThat(line).contains(statement.condition()));
                        }));
    }

    private String plan(Statement statement, String mode) throws SQLException {
        Method method = statement.find();
        String sql = method.getAnnotation(Query.class).value();
        List<String> types = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Parameter parameter : method.getParameters()) {
            types.add(typeOf(parameter));
            values.add(String.valueOf(statement.values().get(parameter.getName())));
            sql = sql.replaceAll("(?<!:):" + parameter.getName() + "\\b", "\\$" + types.size());
        }
        try (Connection connection = database.asLogin();
                var begin = connection.createStatement()) {
            connection.setAutoCommit(false);
            begin.execute("set local role pulsegraph_api; set local app.user_id = '" + USER
                    + "'; set local plan_cache_mode = " + mode + "; prepare asked (" + String.join(", ", types)
                    + ") as " + sql);
            return String.join(
                    "\n",
                    TestDatabase.texts(
                            connection, "explain (costs off) execute asked (" + String.join(", ", values) + ")"));
        }
    }

    /** As the driver sends them. */
    private static String typeOf(Parameter parameter) {
        Class<?> type = parameter.getType();
        if (Collection.class.isAssignableFrom(type)) {
            return "text[]";
        }
        if (type == boolean.class) {
            return "boolean";
        }
        return type == UUID.class ? "uuid" : type == int.class ? "int" : "text";
    }

    private static Statement members(String method, String key) {
        return new Statement(
                MemberRepository.class,
                method,
                5,
                Map.of("organizations", organizations(), "role", "null", "key", key, "id", SMALLEST, "limit", "21"),
                "organization_members_organization_id_joined_at_idx",
                "(ROW(");
    }

    private static Statement page(Class<?> repository, String method, String key, String index) {
        return new Statement(
                repository,
                method,
                4,
                Map.of("organizations", organizations(), "key", key, "id", SMALLEST, "limit", "21"),
                index,
                "(ROW(");
    }

    private static String organizations() {
        return "'{" + ORGANIZATION + "}'";
    }

    private static Class<?> posts() {
        return named("dev.pulsegraph.post.PostPageRepository");
    }

    private static Class<?> metrics(String repository) {
        return named("dev.pulsegraph.metric." + repository);
    }

    private static Class<?> named(String repository) {
        try {
            return Class.forName(repository);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A statement of a repository.
     *
     * @param parameters how many it has, which tells it from others of its name
     * @param values literals by name
     * @param condition what the condition of the index holds
     */
    private record Statement(
            Class<?> repository,
            String method,
            int parameters,
            Map<String, String> values,
            String index,
            String condition) {
        Method find() {
            return Arrays.stream(repository.getDeclaredMethods())
                    .filter(found -> found.getName().equals(method) && found.getParameterCount() == parameters)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
