package dev.pulsegraph.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.PostgresServer;
import dev.pulsegraph.support.TestServer;
import io.micronaut.context.ApplicationContext;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** In databases of its own, which are used as a database that somebody brings is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoTest {
    /** Every table the demo fills, and the columns that tell when a row was written. */
    private static final Map<String, String> TABLES = tables();

    private static final String COUNTS = """
            select concat_ws(' ', (select count(*) from organizations), (select count(*) from posts_core),
              (select count(distinct entity_id) from embeddings where vector_data is not null), (select count(*) from api_keys))""";

    private final PostgresServer server = TestServer.shared();
    private final List<ApplicationContext> contexts = new ArrayList<>();

    DemoTest() {
        load("demo_one");
    }

    private static Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("user_profiles", "{created_at,updated_at}");
        tables.put("organizations", "{created_at,updated_at}");
        tables.put("organization_members", "{created_at,updated_at,joined_at}");
        tables.put("posts_core", "{updated_at}");
        tables.put("posts_content", "{}");
        tables.put("media_files", "{created_at}");
        tables.put("post_media_links", "{}");
        tables.put("post_insights", "{}");
        tables.put("metric_samples", "{}");
        tables.put("ai_context_logs", "{updated_at}");
        tables.put("analytics_daily_stats", "{visitor_sketch,created_at,updated_at}");
        return tables;
    }

    @AfterAll
    void stop() {
        contexts.forEach(ApplicationContext::close);
        server.executeAsSuperuser("postgres", "drop database if exists demo_one with (force)");
        server.executeAsSuperuser("postgres", "drop database if exists demo_two with (force)");
        server.executeAsSuperuser("postgres", "drop database if exists demo_three with (force)");
    }

    @Test
    void two_loads_in_two_databases_give_the_same_rows() {
        load("demo_two");
        TABLES.forEach((table, written) -> {
            List<String> rows = rows("demo_one", table, written);
            assertThat(rows).as(table).isNotEmpty().isEqualTo(rows("demo_two", table, written));
        });
    }

    @Test
    void a_second_load_changes_nothing() {
        String count = "select count(*)::text from posts_core";
        assertThat(contexts.getFirst().getBean(Demo.class).load()).isFalse();
        assertThat(texts("demo_one", count)).containsExactly("700");
    }

    @Test
    void there_are_500_and_200_posts_by_authors_who_may_write() {
        assertThat(texts("demo_one", """
                select o.slug || ' ' || count(*) from posts_core p join organizations o on o.id = p.organization_id
                group by o.slug order by o.slug""")).containsExactly("acme 500", "globex 200");
        assertThat(texts("demo_one", """
                select distinct u.email from posts_core p
                left join organization_members m on m.organization_id = p.organization_id and m.user_id = p.author_id
                left join user_profiles u on u.id = m.user_id order by 1"""))
                .containsExactly(
                        "admin@acme.example", "editor@acme.example", "owner@acme.example", "owner@globex.example");
        assertThat(
                        texts(
                                "demo_one",
                                "select count(*)::text from posts_core p where not exists (select from posts_content c where c.post_id = p.id)"))
                .containsExactly("0");
        assertThat(texts("demo_one", "select distinct status from posts_core order by 1"))
                .containsExactly("archived", "draft", "failed", "published", "scheduled");
    }

    @Test
    void five_people_have_the_roles_their_addresses_say() {
        assertThat(texts("demo_one", """
                select u.email || ' ' || m.role || ' ' || m.status from organization_members m
                join user_profiles u on u.id = m.user_id order by 1"""))
                .containsExactly(
                        "admin@acme.example admin active",
                        "editor@acme.example editor active",
                        "owner@acme.example owner active",
                        "owner@globex.example owner active",
                        "viewer@acme.example viewer active");
        for (String email : List.of("owner@acme.example", "viewer@acme.example", "owner@globex.example")) {
            assertThat(texts("demo_one", "select id::text from user_profiles where email = '" + email + "'"))
                    .containsExactly(Demo.idOf(email).toString());
        }
    }

    @Test
    void media_belong_to_posts_of_their_organization_and_fit_its_tier() {
        assertThat(
                        texts(
                                "demo_one",
                                "select count(*)::text from media_files f where not exists (select from post_media_links l where l.media_file_id = f.id)"))
                .containsExactly("0");
        assertThat(texts("demo_one", "select (count(*) > 500)::text from media_files"))
                .containsExactly("true");
        assertThat(texts("demo_one", """
                select o.slug from organizations o join subscription_tiers t on t.tier = o.subscription_tier
                where (select count(*) from posts_core p where p.organization_id = o.id) > t.max_posts
                  or (select sum(size_bytes) from media_files f where f.organization_id = o.id) > t.max_storage_bytes""")).isEmpty();
        assertThat(
                        texts(
                                "demo_one",
                                "select count(*)::text from (select post_id from post_media_links group by post_id having max(position) <> count(*) - 1) gaps"))
                .containsExactly("0");
    }

    @Test
    void what_is_out_came_out_within_the_last_12_months_and_has_counters() {
        assertThat(texts("demo_one", """
                select title from posts_core where status in ('published', 'archived')
                  and (published_at is null or published_at > now() or published_at < now() - interval '367 days' or created_at >= published_at)
                union all select title from posts_core where created_at > now()
                union all select title from posts_core where status = 'scheduled' and scheduled_at <= now()
                union all select title from posts_core where status in ('draft', 'scheduled', 'failed') and published_at is not null
                union all select title from posts_core p where status in ('published', 'archived')
                  and not exists (select from post_insights i where i.post_id = p.id)
                union all select title from posts_core p join post_insights i on i.post_id = p.id
                  where not p.platforms @> array[i.platform] or i.engagement_rate not between 0 and 100 or i.impressions < i.reach""")).isEmpty();
        assertThat(
                        texts(
                                "demo_one",
                                "select count(distinct date_trunc('month', published_at))::text from posts_core where status = 'published'"))
                .first()
                .satisfies(months -> assertThat(Integer.parseInt(months)).isBetween(12, 13));
    }

    @Test
    void every_one_of_90_days_has_traffic_with_visitors_clicks_and_contacts() {
        for (String slug : List.of("acme", "globex")) {
            assertThat(texts("demo_one", """
                    select count(*)::text from analytics_daily_stats d join organizations o on o.id = d.organization_id
                    where o.slug = '%s' and d.total_sessions > 0 and d.total_page_views >= d.total_sessions""".formatted(slug)))
                    .first()
                    .satisfies(days -> assertThat(Integer.parseInt(days)).isBetween(89, 91));
        }
        assertThat(texts("demo_one", "select count(distinct click_category)::text from analytics_daily_click_targets"))
                .containsExactly("6");
        assertThat(texts("demo_one", "select count(distinct contact_id)::text from analytics_daily_contact_stats"))
                .containsExactly("4");
    }

    @Test
    void likes_grow_on_every_platform_on_nearly_every_one_of_the_last_30_days() {
        assertThat(texts("demo_one", """
                select s.platform || ' ' || s.metric from metric_samples t
                join metric_series s on s.organization_id = t.organization_id and s.id = t.series_id
                join organizations o on o.id = s.organization_id
                where o.slug = 'acme' and s.metric in ('likes', 'reach') and t.recorded_at > now() - interval '30 days'
                group by s.platform, s.metric having count(distinct t.recorded_at::date) >= 25""")).hasSize(10);
        assertThat(texts("demo_one", """
                select count(distinct t.recorded_at)::text from metric_samples t
                join metric_series s on s.organization_id = t.organization_id and s.id = t.series_id
                where s.metric = 'followers'""")).containsExactly("91");
        assertThat(texts("demo_one", "select (max(recorded_at) <= now())::text from metric_samples"))
                .containsExactly("true");
    }

    @Test
    void posts_and_what_an_assistant_said_can_be_searched() {
        assertThat(texts("demo_one", """
                select entity_type || ' ' || count(distinct entity_id) from embeddings
                where vector_data is not null group by entity_type order by 1""")).containsExactly("ai_context 54", "post 700");
        assertThat(texts("demo_one", """
                select (count(*) filter (where feedback_type is not null) > 20)::text from ai_context_logs""")).containsExactly("true");
    }

    @Test
    void what_a_start_that_was_broken_off_left_to_do_is_done_and_what_is_there_is_left_alone() {
        ApplicationContext context = load("demo_three");
        Demo demo = context.getBean(Demo.class);
        assertThat(demo.complete()).as("all is there").isTrue();
        List<String> before = texts("demo_three", COUNTS);

        // After the commit of the rows, before all posts are embedded.
        server.executeAsSuperuser(
                "demo_three",
                "delete from api_keys; delete from embeddings where entity_type = 'post' and entity_id::text < '8'");
        assertThat(texts("demo_three", COUNTS)).isNotEqualTo(before);
        assertThat(demo.complete()).isTrue();
        assertThat(texts("demo_three", COUNTS)).isEqualTo(before);

        // Before that.
        server.executeAsSuperuser("demo_three", "delete from organizations");
        assertThat(demo.complete()).isTrue();
        assertThat(texts("demo_three", COUNTS)).isEqualTo(before);

        // Somebody has been faster, or restored a backup.
        server.executeAsSuperuser("demo_three", "update organizations set slug = 'mine-' || slug");
        assertThat(demo.complete()).isFalse();
        assertThat(texts("demo_three", COUNTS)).isEqualTo(before);
    }

    private ApplicationContext load(String database) {
        server.executeAsSuperuser("postgres", "drop database if exists " + database + " with (force)");
        server.executeAsSuperuser("postgres", "create database " + database + " owner " + PostgresServer.OWNER);
        Map<String, Object> properties = Map.of(
                "datasources.default.url", server.url(database),
                "datasources.default.username", PostgresServer.LOGIN,
                "datasources.default.password", server.password(PostgresServer.LOGIN),
                "pulsegraph.database.owner-username", PostgresServer.OWNER,
                "pulsegraph.database.owner-password", server.password(PostgresServer.OWNER));
        ApplicationContext context = ApplicationContext.run(properties);
        contexts.add(context);
        assertThat(context.getBean(Demo.class).isLoaded()).isFalse();
        assertThat(context.getBean(Demo.class).load()).isTrue();
        assertThat(context.getBean(Demo.class).isLoaded()).isTrue();
        return context;
    }

    private List<String> rows(String database, String table, String written) {
        return texts(
                database, "select (to_jsonb(t) - '" + written + "'::text[])::text from " + table + " t order by 1");
    }

    private List<String> texts(String database, String sql) {
        List<String> texts = new ArrayList<>();
        try (var connection = DriverManager.getConnection(server.url(database), "postgres", server.password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
