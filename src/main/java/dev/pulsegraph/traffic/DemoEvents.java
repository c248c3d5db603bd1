package dev.pulsegraph.traffic;

import dev.pulsegraph.demo.DemoRandom;
import dev.pulsegraph.demo.DemoRows;
import dev.pulsegraph.event.CircumstanceReader;
import dev.pulsegraph.event.ClickCategory;
import dev.pulsegraph.event.TrackType;
import dev.pulsegraph.event.TrackedEvent;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Visits to the pages of an organization on the 90 days before today: more by day than by night, fewer at weekends, a little
 * more every week, two in five by somebody who was there before.
 */
final class DemoEvents {
    private static final List<String> USERS = List.of("olivia", "adam", "edith");
    private static final List<String> SHARES = List.of("public", "public", "newsletter", "spring-fair", "press");
    private static final List<String> CONTACTS = List.of("c-jones", "c-meyer", "c-rossi", "c-tanaka");
    private static final List<String> PAGES =
            List.of("home", "home", "home", "profile", "contact", "portfolio", "portfolio");
    private static final List<String> TARGETS = List.of(
            "contact.email",
            "contact.phone",
            "contact.save",
            "socialMessaging.whatsapp",
            "socialChannels.instagram",
            "socialChannels.linkedin",
            "portfolio.case-study",
            "portfolio.gallery",
            "aiAgent",
            "home.newsletter");
    private static final List<String> REFERRERS =
            List.of("https://www.google.com/", "https://www.instagram.com/", "https://news.example/", "");
    private static final List<String> BROWSERS = List.of(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0");
    /** How many of a thousand visits begin in each hour of the day. */
    private static final int[] HOURS = {
        8, 5, 4, 3, 4, 8, 18, 34, 52, 62, 64, 62, 66, 60, 56, 54, 52, 54, 60, 68, 72, 62, 46, 26
    };

    private final UUID organization;
    private final String slug;
    private final ZoneId zone;
    private final int visitsADay;
    private final Instant today;
    private final DemoRandom random;
    private final CircumstanceReader circumstances;
    private final List<TrackedEvent> events = new ArrayList<>();
    private final List<String> visitors = new ArrayList<>();

    private DemoEvents(
            UUID organization,
            String slug,
            ZoneId zone,
            int visitsADay,
            Instant today,
            long seed,
            CircumstanceReader circumstances) {
        this.circumstances = circumstances;
        this.organization = organization;
        this.slug = slug;
        this.zone = zone;
        this.visitsADay = visitsADay;
        this.today = today;
        this.random = new DemoRandom(seed);
    }

    /**
     * The events of an organization, by their time.
     *
     * @param visitsADay on a working day at the end of the 90
     * @param today midnight in UTC, which everything lies before
     */
    static List<TrackedEvent> list(
            UUID organization,
            String slug,
            ZoneId zone,
            int visitsADay,
            Instant today,
            long seed,
            CircumstanceReader circumstances) {
        var traffic = new DemoEvents(organization, slug, zone, visitsADay, today, seed, circumstances);
        LocalDate last = LocalDate.ofInstant(today, ZoneOffset.UTC);
        for (int ago = DemoRows.DAYS - 1; ago >= 0; ago--) {
            traffic.makeDay(last.minusDays(ago), ago);
        }
        return List.copyOf(traffic.events);
    }

    private void makeDay(LocalDate day, int ago) {
        boolean weekend = day.getDayOfWeek() == DayOfWeek.SATURDAY || day.getDayOfWeek() == DayOfWeek.SUNDAY;
        int visits = (int) (visitsADay * (1 - ago / 180.0) * (weekend ? 0.6 : 1) * (0.85 + 0.3 * random.share()));
        for (int visit = 0; visit < visits; visit++) {
            Instant begin = day.atTime(hour(), random.below(60), random.below(60))
                    .atZone(zone)
                    .toInstant();
            if (begin.isBefore(today.minus(Duration.ofHours(1)))) {
                makeVisit(begin);
            }
        }
    }

    private void makeVisit(Instant begin) {
        String user = random.one(USERS);
        String share = random.one(SHARES);
        String contact = random.isOneIn(6) ? random.one(CONTACTS) : null;
        String browser = random.one(BROWSERS);
        String referrer = random.one(REFERRERS);
        String visitor = visitor();
        int views = random.isOneIn(3) ? 1 : 1 + random.below(5);
        Instant at = begin;
        for (int view = 0; view < views; view++) {
            String page = view == 0 ? "home" : random.one(PAGES);
            add(TrackType.PAGE, page, null, visitor, user, share, contact, at, browser, view == 0 ? referrer : "");
            at = at.plusSeconds(5 + random.below(120));
            if (views > 1 && random.isOneIn(3)) {
                add(TrackType.CLICK, null, random.one(TARGETS), visitor, user, share, contact, at, browser, "");
                at = at.plusSeconds(2 + random.below(30));
            }
        }
    }

    private String visitor() {
        if (visitors.size() > 20 && random.share() < 0.4) {
            return random.one(visitors);
        }
        String visitor = random.id().toString();
        visitors.add(visitor);
        return visitor;
    }

    private int hour() {
        int dice = random.below(1_000);
        for (int hour = 0; hour < HOURS.length; hour++) {
            dice -= HOURS[hour];
            if (dice < 0) {
                return hour;
            }
        }
        return 12;
    }

    private void add(
            TrackType type,
            @Nullable String page,
            @Nullable String target,
            String visitor,
            String user,
            String share,
            @Nullable String contact,
            Instant at,
            String browser,
            String referrer) {
        String url = "https://" + slug + ".example/" + user + "/" + share;
        Map<String, Object> context = Map.of("page", Map.of("url", url, "path", "/" + user + "/" + share));
        events.add(new TrackedEvent(
                organization,
                random.id().toString(),
                type,
                null,
                visitor,
                null,
                null,
                user,
                share,
                contact,
                page,
                target,
                target == null ? null : ClickCategory.of(target),
                at,
                at,
                false,
                null,
                browser,
                referrer.isEmpty() ? null : referrer,
                Map.of(),
                context,
                circumstances.read(type, Map.of(), context, target, browser, referrer, () -> null, null)));
    }
}
