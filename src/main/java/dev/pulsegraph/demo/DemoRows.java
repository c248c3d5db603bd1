package dev.pulsegraph.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of the demo that refer to each other, made with a fixed seed: only their times move with the day. */
public final class DemoRows {
    /** How many days of readings and traffic there are. */
    public static final int DAYS = 90;

    private static final List<String> PLATFORMS = List.of("instagram", "tiktok", "youtube", "linkedin", "x");
    private static final List<String> SUBJECTS = List.of(
            "our spring launch",
            "the new workshop",
            "a day at the studio",
            "five small habits",
            "the making of",
            "a customer's story",
            "our favourite tools",
            "the road ahead",
            "a quick tutorial",
            "your questions");
    private static final List<String> OPENINGS =
            List.of("Behind", "Announcing", "Ten minutes with", "Everything about", "Why we love", "Notes on", "Meet");
    private static final List<String> TAGS =
            List.of("launch", "tutorial", "team", "behindthescenes", "tips", "community", "design", "news");

    private final Instant today;
    private final DemoRandom random = new DemoRandom(42);
    private final List<Map<String, @Nullable Object>> posts = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> contents = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> media = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> counters = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> followers = new ArrayList<>();
    private final UUID acme = random.id();
    private final UUID globex = random.id();

    DemoRows(Instant today) {
        this.today = today;
        makePosts(acme, "acme", Demo.ACME.subList(0, 3), 500);
        makePosts(globex, "globex", Demo.GLOBEX, 200);
        makeFollowers(acme, 12_000);
        makeFollowers(globex, 3_000);
    }

    /** Midnight in UTC, which everything lies before. */
    public Instant today() {
        return today;
    }

    public UUID acme() {
        return acme;
    }

    public UUID globex() {
        return globex;
    }

    public List<Map<String, @Nullable Object>> users() {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        Demo.ACME.forEach(user -> rows.add(row("id", user.id(), "name", user.name(), "email", user.email())));
        Demo.GLOBEX.forEach(user -> rows.add(row("id", user.id(), "name", user.name(), "email", user.email())));
        return rows;
    }

    public List<Map<String, @Nullable Object>> organizations() {
        return List.of(
                row(
                        "id",
                        acme,
                        "name",
                        "Acme Inc.",
                        "slug",
                        "acme",
                        "description",
                        "Everything for coyotes.",
                        "website",
                        "https://acme.example",
                        "subscription_tier",
                        "pro",
                        "time_zone",
                        "America/New_York"),
                row(
                        "id",
                        globex,
                        "name",
                        "Globex Corporation",
                        "slug",
                        "globex",
                        "description",
                        "The other one.",
                        "website",
                        "https://globex.example",
                        "subscription_tier",
                        "free",
                        "time_zone",
                        "Europe/Berlin"));
    }

    public List<Map<String, @Nullable Object>> members() {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        Demo.ACME.forEach(user ->
                rows.add(row("organization_id", acme, "id", random.id(), "user_id", user.id(), "role", user.role())));
        Demo.GLOBEX.forEach(user ->
                rows.add(row("organization_id", globex, "id", random.id(), "user_id", user.id(), "role", user.role())));
        return rows;
    }

    public List<Map<String, @Nullable Object>> posts() {
        return posts;
    }

    public List<Map<String, @Nullable Object>> contents() {
        return contents;
    }

    public List<Map<String, @Nullable Object>> media() {
        return media;
    }

    public List<Map<String, @Nullable Object>> counters() {
        return counters;
    }

    /** Readings of the followers of an account on every platform, each of the last 90 days. */
    public List<Map<String, @Nullable Object>> followers() {
        return followers;
    }

    /** Spread over the year before today; nine in ten are out, the rest are drafts, scheduled, failed or put away. */
    private void makePosts(UUID organization, String slug, List<DemoUser> authors, int count) {
        for (int number = 1; number <= count; number++) {
            UUID id = random.id();
            DemoUser author = authors.get(random.below(authors.size()));
            Instant at = today.minus(Duration.ofMinutes((long) (random.share() * 365 * 24 * 60)));
            String status = status();
            boolean out = status.equals("published") || status.equals("archived");
            List<String> platforms = random.some(PLATFORMS, 3);
            String opening = random.one(OPENINGS);
            String subject = random.one(SUBJECTS);
            String title = opening + " " + subject + " (" + number + ")";
            List<String> tags = random.some(TAGS, 4);
            posts.add(row(
                    "organization_id",
                    organization,
                    "id",
                    id,
                    "author_id",
                    author.id(),
                    "title",
                    title,
                    "status",
                    status,
                    "platforms",
                    platforms,
                    "scheduled_at",
                    status.equals("scheduled") ? today.plus(Duration.ofHours(24 + random.below(24 * 30))) : null,
                    "published_at",
                    out ? at : null,
                    "created_at",
                    at.minus(Duration.ofHours(1 + random.below(72)))));
            contents.add(row(
                    "organization_id",
                    organization,
                    "post_id",
                    id,
                    "content",
                    title + ". " + DemoTexts.about(subject) + " Written by " + author.name()
                            + " for everybody who follows " + slug + ".",
                    "hashtags",
                    tags,
                    "permalink",
                    out ? "https://" + slug + ".example/posts/" + number : null));
            makeMedia(organization, slug, id, author, number);
            if (out) {
                makeCounters(organization, id, platforms, at);
            }
        }
    }

    private void makeMedia(UUID organization, String slug, UUID post, DemoUser author, int number) {
        int files = random.below(4);
        for (int position = 0; position < files; position++) {
            String name = "post-" + number + "-" + (position + 1) + ".jpg";
            media.add(row(
                    "organization_id",
                    organization,
                    "id",
                    random.id(),
                    "post_id",
                    post,
                    "position",
                    position,
                    "uploaded_by",
                    author.id(),
                    "file_name",
                    name,
                    "storage_url",
                    "https://cdn." + slug + ".example/" + name,
                    "size_bytes",
                    50_000 + random.below(400_000),
                    "alt_text",
                    "Picture " + (position + 1) + " of post " + number));
        }
    }

    private void makeCounters(UUID organization, UUID post, List<String> platforms, Instant publishedAt) {
        for (String platform : platforms) {
            int reach = 200 + random.below(20_000);
            int likes = reach * (1 + random.below(9)) / 100;
            int comments = likes / (5 + random.below(10));
            int shares = likes / (8 + random.below(20));
            counters.add(row(
                    "organization_id",
                    organization,
                    "post_id",
                    post,
                    "platform",
                    platform,
                    "impressions",
                    reach + random.below(reach),
                    "reach",
                    reach,
                    "likes",
                    likes,
                    "comments",
                    comments,
                    "shares",
                    shares,
                    "engagement_rate",
                    Math.round(10_000.0 * (likes + comments + shares) / reach) / 100.0,
                    "published_at",
                    publishedAt,
                    "today",
                    today));
        }
    }

    private void makeFollowers(UUID organization, int atFirst) {
        UUID account = random.id();
        for (String platform : PLATFORMS) {
            int count = atFirst / (1 + random.below(4));
            for (int ago = DAYS; ago >= 0; ago--) {
                followers.add(row(
                        "organization_id",
                        organization,
                        "account_id",
                        account,
                        "platform",
                        platform,
                        "followers",
                        count,
                        "recorded_at",
                        today.minus(Duration.ofDays(ago))));
                count += random.below(1 + atFirst / 400) - random.below(1 + atFirst / 1_200);
            }
        }
    }

    private String status() {
        int dice = random.below(100);
        return dice < 90
                ? "published"
                : dice < 94 ? "draft" : dice < 97 ? "scheduled" : dice < 98 ? "failed" : "archived";
    }

    private static Map<String, @Nullable Object> row(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            row.put(
                    String.valueOf(namesAndValues[i]),
                    value instanceof UUID || value instanceof Instant ? String.valueOf(value) : value);
        }
        return row;
    }
}
