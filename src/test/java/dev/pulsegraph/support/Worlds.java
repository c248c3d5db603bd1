package dev.pulsegraph.support;

import dev.pulsegraph.database.PostgresServer;
import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.support.PlantedTraffic.Visit;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Makes worlds, in as few requests as it takes. */
@Singleton
public class Worlds {
    private static final List<String> INVITED = List.of("admin", "editor", "member", "viewer", "guest");

    private final Api api;

    Worlds(Api api) {
        this.api = api;
    }

    public World create() {
        World world = new World(api, new TreeMap<>());
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        world.values().put("now", now.toString());
        world.values().put("tomorrow", now.plus(1, ChronoUnit.DAYS).toString());
        addTeam(world);
        addPosts(world);
        addStrangers(world);
        addMeasures(world);
        addTraffic(world);
        addEvents(world);
        addModel(world);
        addJobRuns();
        return world;
    }

    /** Strangers use a model that this server does not run, and so have one to change to. */
    private static void addModel(World world) {
        // Each expectation says itself what has an embedding.
        for (String table : List.of("embeddings", "embedding_models")) {
            executeAsSuperuser("delete from " + table + " where organization_id in ('"
                    + uuid(world.value("organization")) + "', '" + uuid(world.value("strangers.organization")) + "')");
        }
        executeAsSuperuser("update embedding_settings set model = 'model-of-strangers' where organization_id = '"
                + uuid(world.value("strangers.organization")) + "'");
    }

    private static void addTeam(World world) {
        Map<String, String> values = world.values();
        String slug = Fixtures.unique("team");
        values.put("slug", slug);
        values.put("fresh.slug", Fixtures.unique("fresh"));
        for (String who : List.of("owner", "admin", "editor", "member", "viewer", "guest", "newcomer", "operator")) {
            addPerson(values, who, slug);
        }
        Answer created = world.as("owner").ask("""
                        mutation ($slug: String!) {
                          createOrganization(input: { name: "A team", slug: $slug }) { organization { id members { nodes { id } } } }
                        }""", Map.of("slug", slug)).succeeded();
        String organization = created.text("createOrganization.organization.id");
        values.put("organization", organization);
        values.put("uuid.organization", uuid(organization));
        values.put("member.owner", created.text("createOrganization.organization.members.nodes.0.id"));
        Answer staffed = world.as("owner")
                .ask(staffing(values), Map.of("id", organization))
                .succeeded();
        for (String scope : List.of("READ", "WRITE", "INGEST")) {
            values.put("key." + scope, staffed.text(scope + ".apiKey.id"));
            values.put("secret." + scope, staffed.text(scope + ".secret"));
        }
        values.put("invitation", staffed.text("guest.invitation.id"));
        values.put("invitation.token", staffed.text("guest.token"));
        for (String who : INVITED.subList(0, 4)) {
            Answer accepted = world.as(who)
                    .ask(
                            "mutation ($token: String!) { acceptInvitation(input: { token: $token }) { member { id } } }",
                            Map.of("token", staffed.text(who + ".token")))
                    .succeeded();
            values.put("member." + who, accepted.text("acceptInvitation.member.id"));
        }
        values.keySet().stream()
                .filter(name -> name.startsWith("member."))
                .toList()
                .forEach(name -> values.put("uuid." + name, uuid(world.value(name))));
    }

    private static String staffing(Map<String, String> values) {
        StringBuilder mutation = new StringBuilder("mutation ($id: ID!) {\n");
        mutation.append("  updateOrganization(input: { id: $id, subscriptionTier: PRO }) { organization { id } }\n");
        for (String who : INVITED) {
            String role = who.equals("guest") ? "VIEWER" : who.toUpperCase(Locale.ROOT);
            mutation.append("  ").append(who).append(": inviteMember(input: { organization: $id, email: \"");
            mutation.append(values.get("email." + who)).append("\", role: ").append(role);
            mutation.append(" }) { token invitation { id } }\n");
        }
        for (String scope : List.of("READ", "WRITE", "INGEST")) {
            mutation.append("  ").append(scope).append(": createApiKey(input: { organization: $id, name: \"");
            mutation.append(scope.toLowerCase(Locale.ROOT))
                    .append(" key\", scopes: [")
                    .append(scope);
            mutation.append("] }) { secret apiKey { id } }\n");
        }
        return mutation.append("}").toString();
    }

    private static void addPosts(World world) {
        Map<String, String> values = world.values();
        Map<String, String> organization = Map.of("id", world.value("organization"));
        Answer launch = world.as("owner").ask("""
                        mutation ($id: ID!) {
                          createPost(input: {
                            organization: $id, title: "Launch", content: "We launch today.", platforms: ["instagram", "tiktok"]
                            hashtags: ["#Launch", "news"], permalink: "https://social.example/1", publishedAt: "2026-01-01T09:00:00Z"
                            media: [
                              { url: "https://cdn.example/launch.jpg", type: IMAGE, fileName: "front.jpg", mimeType: "image/jpeg"
                                sizeBytes: 1000, width: 1600, height: 900, thumbnailUrl: "https://cdn.example/small.jpg", altText: "A rocket" }
                              { url: "s3://films/launch.mp4", type: VIDEO, sizeBytes: 20000, durationSeconds: 12.5 }
                            ]
                          }) { post { id media { id } } }
                        }""", organization).succeeded();
        values.put("post.1", launch.text("createPost.post.id"));
        values.put("media.1", launch.text("createPost.post.media.0.id"));
        values.put("media.2", launch.text("createPost.post.media.1.id"));
        values.put(
                "post.2", world.as("editor").ask("""
                        mutation ($id: ID!) {
                          createPost(input: {
                            organization: $id, title: "Behind the scenes", content: "How the launch was made."
                            platforms: ["youtube"], hashtags: ["making"], publishedAt: "2026-01-02T09:00:00Z"
                          }) { post { id } }
                        }""", organization).succeeded().text("createPost.post.id"));
        values.put(
                "post.3", world.as("owner").ask("""
                        mutation ($id: ID!) {
                          createPost(input: {
                            organization: $id, title: "äpfel", content: "Tomorrow.", platforms: ["instagram"]
                            scheduledAt: "2030-01-01T09:00:00Z"
                          }) { post { id } }
                        }""", organization).succeeded().text("createPost.post.id"));
        values.put(
                "post.4",
                world.as("key:WRITE").ask("""
                        mutation ($id: ID!) {
                          createPost(input: { organization: $id, content: "100% an idea_", platforms: [] }) { post { id } }
                        }""", organization).succeeded().text("createPost.post.id"));
    }

    private static void addStrangers(World world) {
        Map<String, String> values = world.values();
        String slug = Fixtures.unique("strangers");
        values.put("strangers.slug", slug);
        addPerson(values, "stranger", slug);
        Answer created = world.as("stranger").ask("""
                        mutation ($slug: String!) {
                          createOrganization(input: { name: "Strangers", slug: $slug }) { organization { id members { nodes { id } } } }
                        }""", Map.of("slug", slug)).succeeded();
        String organization = created.text("createOrganization.organization.id");
        values.put("strangers.organization", organization);
        values.put("strangers.member", created.text("createOrganization.organization.members.nodes.0.id"));
        Answer filled =
                world.as("stranger").ask("""
                        mutation ($id: ID!) {
                          createPost(input: {
                            organization: $id, title: "Not yours", content: "Secret launch.", platforms: ["instagram"], publishedAt: "2026-01-01T09:00:00Z"
                            media: [{ url: "https://cdn.example/strange.jpg", type: IMAGE }]
                          }) { post { id media { id } } }
                          inviteMember(input: { organization: $id, email: "friend@strange.example", role: EDITOR }) { invitation { id } }
                          createApiKey(input: { organization: $id, name: "strange", scopes: [READ] }) { apiKey { id } }
                        }""", Map.of("id", organization)).succeeded();
        values.put("strangers.post", filled.text("createPost.post.id"));
        values.put("strangers.media", filled.text("createPost.post.media.0.id"));
        values.put("strangers.invitation", filled.text("inviteMember.invitation.id"));
        values.put("strangers.key", filled.text("createApiKey.apiKey.id"));
    }

    /** Counters as platforms report them, of two days. */
    private static void addMeasures(World world) {
        record(
                world,
                "key:WRITE",
                "organization",
                List.of(
                        Fixtures.sample("likes", world.value("post.1"), "instagram", 40, "2026-01-02T10:00:00Z"),
                        Fixtures.sample("likes", world.value("post.1"), "instagram", 90, "2026-01-03T10:00:00Z"),
                        Fixtures.sample("impressions", world.value("post.1"), "instagram", 600, "2026-01-02T10:00:00Z"),
                        Fixtures.sample(
                                "impressions", world.value("post.1"), "instagram", 1000, "2026-01-03T10:00:00Z"),
                        Fixtures.sample("reach", world.value("post.1"), "instagram", 800, "2026-01-03T10:00:00Z"),
                        Fixtures.sample("comments", world.value("post.1"), "instagram", 10, "2026-01-03T10:00:00Z"),
                        Fixtures.sample("shares", world.value("post.1"), "instagram", 5, "2026-01-03T10:00:00Z"),
                        Fixtures.sample(
                                "engagement_rate", world.value("post.1"), "instagram", 10, "2026-01-02T10:00:00Z"),
                        Fixtures.sample(
                                "engagement_rate", world.value("post.1"), "instagram", 12.5, "2026-01-03T10:00:00Z"),
                        Fixtures.sample("likes", world.value("post.1"), "tiktok", 45, "2026-01-03T11:00:00Z"),
                        Fixtures.sample("impressions", world.value("post.1"), "tiktok", 500, "2026-01-03T11:00:00Z"),
                        Fixtures.sample("reach", world.value("post.1"), "tiktok", 400, "2026-01-03T11:00:00Z"),
                        Fixtures.sample("comments", world.value("post.1"), "tiktok", 5, "2026-01-03T11:00:00Z"),
                        Fixtures.sample("shares", world.value("post.1"), "tiktok", 2, "2026-01-03T11:00:00Z"),
                        Fixtures.sample(
                                "engagement_rate", world.value("post.1"), "tiktok", 17.5, "2026-01-03T11:00:00Z"),
                        Fixtures.sample("likes", world.value("post.2"), "youtube", 7, "2026-01-03T12:07:00Z")));
        record(
                world,
                "stranger",
                "strangers.organization",
                List.of(Fixtures.sample(
                        "likes", world.value("strangers.post"), "instagram", 999, "2026-01-03T10:00:00Z")));
        executeAsSuperuser("update api_keys set last_used_at = '2026-01-05T12:00:00Z' where organization_id = '"
                + world.value("uuid.organization") + "'");
        executeAsSuperuser(
                "select app.refresh_cross_platform(organization_id, metric) from (select distinct organization_id, metric"
                        + " from metric_dirty_days where organization_id = '" + world.value("uuid.organization")
                        + "') changed");
        // A history long enough for a z-score, as the job leaves it.
        executeAsSuperuser("insert into cross_platform_metrics select '" + world.value("uuid.organization")
                + "', 'saves', '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 day', 'tiktok', n % 3 + 1, 1, 1, 1, n % 3 + 1,"
                + " case when n > 6 then n end from generate_series(0, 9) n");
    }

    private static void record(World world, String who, String organization, List<Map<String, Object>> samples) {
        Answer answer = world.as(who)
                .ask(
                        "mutation ($input: RecordMetricsInput!) { recordMetrics(input: $input) { written rejected { reason } } }",
                        Map.of("input", Map.of("organization", world.value(organization), "samples", samples)))
                .succeeded();
        if (!answer.list("recordMetrics.rejected").isEmpty()) {
            throw new IllegalStateException(answer.text());
        }
    }

    /** A mailing of Ada's that two people followed, a card of Bob's, and somebody who came by themselves. */
    private static void addTraffic(World world) {
        new PlantedTraffic(world.value("organization"), "UTC")
                .add(
                        Visit.of("2026-01-04T09:00:00Z", "anonymous-1").codes("ada", "mail", "c-1"),
                        Visit.of("2026-01-05T09:00:00Z", "anonymous-1")
                                .codes("ada", "mail", "c-1")
                                .views("profile", 3)
                                .clicks(Map.of("contact.phone", "contact", "socialMessaging.signal", "messaging"))
                                .lasting(90)
                                .session("s-1"),
                        Visit.of("2026-01-05T10:00:00Z", "user:2")
                                .codes("ada", "mail", "c-2")
                                .views("profile", 1)
                                .clicks(Map.of("contact.phone", "contact"))
                                .lasting(30),
                        Visit.of("2026-01-05T11:00:00Z", "anonymous-3")
                                .codes("bob", "card", "")
                                .views("profile", 2)
                                .clicks(Map.of("socialChannels.chirp", "social", "portfolio.1", "portfolio"))
                                .lasting(60),
                        Visit.of("2026-01-06T12:00:00Z", "anonymous-4")
                                .codes("", "", "")
                                .clicks(Map.of("aiAgent", "ai_agent", "menu", "other"))
                                .lasting(12))
                .store();
        new PlantedTraffic(world.value("strangers.organization"), "UTC")
                .add(Visit.of("2026-01-05T09:00:00Z", "stranger").codes("ada", "mail", "c-1"))
                .store();
        for (String organization : List.of("organization", "strangers.organization")) {
            executeAsSuperuser("""
                    insert into rejected_events (organization_id, received_at, message_id, code, reason, body) values
                      ('%1$s', now() - interval '2 hours', 'm-1', 'TOO_OLD', 'timestamp: 2020-01-01T00:00:00Z is too old.', '{"type": "page", "messageId": "m-1"}'),
                      ('%1$s', now() - interval '1 hours', 'm-2', 'MISSING_FIELD', 'messageId: it is missing.', null)""".formatted(uuid(world.value(organization))));
        }
    }

    /** Part of what the visits of {@link #addTraffic} did, one after the other, and what a bot did. */
    private static void addEvents(World world) {
        for (String organization : List.of("organization", "strangers.organization")) {
            executeAsSuperuser("""
                    select app.make_partitions(parent, '{2026-01-01}') from unnest(array['analytics_page_views', 'analytics_clicks',
                      'analytics_events']) parent;
                    create temporary table told (number int, id uuid, at timestamptz);
                    insert into told (number, id, at)
                    select n, (lpad(to_hex((extract(epoch from t) * 1000)::bigint), 12, '0') || '70008' || right(md5('%1$s'), 15))::uuid, t
                    from generate_series(1, 6) n cross join lateral (select timestamptz '2026-01-05 10:00:00Z' + n * interval '1 s' as t) t;
                    insert into analytics_page_views (organization_id, id, session_key, visitor, user_id, user_code, share_code, contact_id,
                      page_type, path, name, viewed_at, received_at, properties, context)
                    select '%1$s', t.id, coalesce(s.session_key, t.id), 'user:2', '2', 'ada', 'mail', 'c-2', 'profile', '/ada', 'Profile',
                      t.at, t.at, '{"title": "Ada"}', '{"page": {"url": "https://pages.example/ada"}, "library": {"name": "analytics.js"}}'
                    from told t left join analytics_sessions s on s.organization_id = '%1$s' and s.visitor = 'user:2' where t.number = 1;
                    insert into analytics_clicks (organization_id, id, session_key, visitor, user_code, share_code, contact_id,
                      click_target, click_category, name, clicked_at, received_at, properties, context)
                    select '%1$s', t.id, t.id, 'anonymous-3', 'bob', 'card', '', 'portfolio.1', 'portfolio', 'Click', t.at, t.at, '{}', '{}'
                    from told t where t.number = 2;
                    insert into analytics_events (organization_id, id, type, name, visitor, user_id, is_bot, occurred_at, received_at,
                      properties, context)
                    select '%1$s', t.id, case t.number when 5 then 'identify' else 'track' end,
                      case t.number when 3 then 'Cart Viewed' when 4 then 'Order Completed' when 6 then 'Order Completed' end,
                      'user:2', '2', t.number = 6, t.at, t.at,
                      case t.number when 4 then '{"plan": "pro", "total": 19.5, "items": [{"sku": "a-1"}, {"sku": "b-2"}], "gift": null}'
                        when 5 then '{"email": "ada@example.org"}' else '{"total": "19.5"}' end::jsonb,
                      '{"campaign": {"source": "mail"}, "source": "shop"}'
                    from told t where t.number > 2;
                    insert into visitor_aliases (organization_id, visitor, canonical_visitor) values ('%1$s', 'anonymous-9', 'user:2');
                    insert into identified_users (organization_id, user_id, traits, trait_times, identified_at, updated_at)
                    select '%1$s', '2', '{"email": "ada@example.org"}', '{"email": 1767607205000000}', t.at, t.at from told t where t.number = 5;
                    insert into event_names (organization_id, type, name, first_seen, last_seen, sample_properties)
                    select e.organization_id, e.type, e.name, min(e.at), max(e.at), '{"plan": "pro"}' from product_events e
                    where e.organization_id = '%1$s' and e.name is not null group by 1, 2, 3;
                    insert into event_quarter_hours (organization_id, type, name, bucket, events)
                    select e.organization_id, e.type, coalesce(e.name, ''), app.quarter_hour(min(e.at)), count(*) from product_events e
                    where e.organization_id = '%1$s' group by e.organization_id, e.type, rollup (e.name) having grouping(e.name) = 1 or e.name is not null;
                    drop table told""".formatted(uuid(world.value(organization))));
        }
    }

    /** One run of each kind; the installation is the same for all worlds. */
    private static void addJobRuns() {
        executeAsSuperuser("""
                insert into job_runs (id, job, node, started_at, finished_at, status, message, lease_until) values
                  ('00000000-0000-4000-8000-000000000001', 'jobs.prune', '1@node-1', now() - interval '3 hours',
                   now() - interval '3 hours', 'succeeded', 'Deleted 7 records.', now()),
                  ('00000000-0000-4000-8000-000000000002', 'jobs.prune', '2@node-2', now() - interval '2 hours',
                   now() - interval '1 hours', 'failed', 'Its node stopped responding.', now()),
                  ('00000000-0000-4000-8000-000000000003', 'jobs.prune', '3@node-1', now() - interval '1 hours',
                   null, 'running', null, 'infinity')
                on conflict (id) do nothing""");
    }

    /** For what only happens with time, or outside of the API. */
    public static void executeAsSuperuser(String sql) {
        PostgresServer server = TestServer.shared();
        server.executeAsSuperuser("pulsegraph", sql);
    }

    public static String uuid(String globalId) {
        return GlobalId.decode("id", globalId).uuid().toString();
    }

    private static void addPerson(Map<String, String> values, String who, String slug) {
        String email = who + "@" + slug + ".example";
        values.put("email." + who, email);
        values.put("user." + who, GlobalId.encode("User", Demo.idOf(email)));
        values.put("uuid.user." + who, Demo.idOf(email).toString());
    }
}
