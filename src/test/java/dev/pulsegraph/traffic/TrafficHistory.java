package dev.pulsegraph.traffic;

import dev.pulsegraph.support.oracle.RandomHistory;
import dev.pulsegraph.traffic.oracle.VisitorEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A random life of some organizations' visitors, the same one for the same seed but for what threads do. */
final class TrafficHistory extends RandomHistory {
    private static final List<String> ZONES = List.of(
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "America/St_Johns",
            "America/Havana",
            "Asia/Kathmandu",
            "Australia/Lord_Howe");
    private static final List<String> VISITORS = List.of("ann", "bob", "cy", "d\\e\t'f", "ßü🙂");
    private static final List<String> SESSIONS = List.of("s1", "s2", "s3");
    private static final List<String> CODES = List.of("ada", "zoë");
    private static final List<String> CATEGORIES =
            List.of("contact", "messaging", "social", "portfolio", "ai_agent", "other");

    private final TrafficWorld world;
    private final Duration doubt;
    private final List<UUID> organizations = new ArrayList<>();
    private final List<Instant> times = new ArrayList<>();
    private int told;

    /** In the past, before clocks are changed in most zones. */
    TrafficHistory(long seed, TrafficWorld world) {
        super(seed);
        this.world = world;
        this.doubt = Duration.ZERO;
        Instant around = Instant.parse(random.nextBoolean() ? "2025-09-25T00:00:00Z" : "2026-02-25T00:00:00Z");
        begin(zone -> border(zone, around));
        world.receivedAt =
                times.stream().max(Instant::compareTo).orElseThrow().plus(random.nextInt(48), ChronoUnit.HOURS);
        addTimesOfReceipt();
    }

    /** In the past, around an instant. */
    TrafficHistory(long seed, TrafficWorld world, Instant border) {
        super(seed);
        this.world = world;
        this.doubt = Duration.ZERO;
        begin(zone -> border);
        world.receivedAt = times.stream().max(Instant::compareTo).orElseThrow();
    }

    /** Told to servers by whose clock it is now; what they have for it when they are told is in doubt. */
    TrafficHistory(long seed, TrafficWorld world, Clock clock, Duration doubt) {
        super(seed);
        this.world = world;
        this.doubt = doubt;
        world.receivedAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
        begin(zone -> border(zone, world.receivedAt.minus(80, ChronoUnit.DAYS)));
        addTimesOfReceipt();
    }

    private void begin(Function<ZoneId, Instant> borders) {
        for (int i = 0; i < 2; i++) {
            String zone = any(ZONES);
            organizations.add(world.createOrganization(zone));
            addTimesAround(borders.apply(ZoneId.of(zone)));
        }
    }

    /** What is just not too late, and just not too early. */
    private void addTimesOfReceipt() {
        times.add(world.receivedAt.minus(90, ChronoUnit.DAYS).plus(doubt));
        times.add(world.receivedAt.plus(1, ChronoUnit.DAYS).minus(doubt));
    }

    /** A change of clocks or some midnight, within two months after an instant. */
    private Instant border(ZoneId zone, Instant after) {
        ZoneOffsetTransition transition = zone.getRules().nextTransition(after);
        if (transition != null
                && Duration.between(after, transition.getInstant()).toDays() < 60) {
            return transition.getInstant();
        }
        return after.atZone(zone)
                .toLocalDate()
                .plusDays(random.nextInt(30))
                .atStartOfDay(zone)
                .toInstant();
    }

    /** Half hours, quarters of an hour and what lies around them, so that visits touch, and nearly touch. */
    private void addTimesAround(Instant border) {
        for (int i = 0; i < 5; i++) {
            Instant at = border.plus(Duration.ofMinutes(5L * (random.nextInt(73) - 36)));
            times.add(at);
            times.add(at.plus(Duration.ofMinutes(30)));
            times.add(at.plus(Duration.ofMinutes(30)).plus(1, ChronoUnit.MICROS));
            times.add(at.plus(random.nextLong(3_600_000_000L), ChronoUnit.MICROS));
            times.add(at.plus(Duration.ofHours(24)).plus(random.nextInt(2), ChronoUnit.MICROS));
        }
        times.add(border);
        times.add(border.minus(1, ChronoUnit.MICROS));
        times.add(border.plus(random.nextLong(100_000) - 50_000, ChronoUnit.SECONDS));
    }

    /** Does something and sees whether all is as it should be. */
    @Override
    protected void step() {
        int what = random.nextInt(100);
        if (what < 55) {
            world.tell(batch(1 + random.nextInt(random.nextBoolean() ? 4 : 30)));
        } else if (what < 80) {
            tellTogether();
        } else if (what < 86) {
            world.tellAndTakeBack(batch(10));
        } else if (what < 92) {
            world.tell(List.of());
            world.tell(repeated());
        } else if (what < 96) {
            world.tell(crowd());
        } else {
            UUID gone = organizations.removeFirst();
            world.deleteOrganization(gone);
            organizations.add(world.createOrganization(any(ZONES)));
            world.tell(List.of(event(gone), event(any(organizations))));
        }
        world.compare();
    }

    private List<VisitorEvent> batch(int size) {
        List<VisitorEvent> events = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            events.add(random.nextInt(25) == 0 ? bad() : event(any(organizations)));
            if (random.nextInt(10) == 0) {
                events.add(any(events));
            }
            if (random.nextInt(10) == 0) {
                events.add(changed(any(events)));
            }
        }
        Collections.shuffle(events, random);
        return events;
    }

    /** What was told before is told again, as it was and otherwise. */
    private List<VisitorEvent> repeated() {
        List<VisitorEvent> events = new ArrayList<>(batch(3));
        for (VisitorEvent event : world.ledger.all()) {
            if (random.nextInt(4) == 0) {
                events.add(random.nextBoolean() ? event : changed(event));
            }
        }
        Collections.shuffle(events, random);
        return events;
    }

    /** Several writers of the same visitors, some of whom tell the same. */
    private void tellTogether() {
        List<List<VisitorEvent>> batches = new ArrayList<>();
        List<VisitorEvent> common = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            common.add(event(any(organizations)));
        }
        int writers = 2 + random.nextInt(3);
        for (int i = 0; i < writers; i++) {
            List<VisitorEvent> batch = new ArrayList<>();
            for (int j = random.nextInt(20); j >= 0; j--) {
                batch.add(event(any(organizations)));
            }
            common.forEach(event -> {
                if (random.nextBoolean()) {
                    batch.add(event);
                }
            });
            Collections.shuffle(batch, random);
            batches.add(batch);
        }
        world.tellTogether(batches);
    }

    /** So many that a sketch no longer knows each of them. */
    private List<VisitorEvent> crowd() {
        UUID organization = any(organizations);
        Instant at = any(times.subList(0, times.size() - 2));
        List<VisitorEvent> events = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            events.add(told(organization, "page", "visitor " + random.nextInt(5_000), null, null, at.plusMillis(i)));
        }
        return events;
    }

    private VisitorEvent event(UUID organization) {
        boolean client = random.nextInt(3) == 0;
        String visitor = random.nextInt(6) == 0 ? null : any(VISITORS);
        String type = switch (random.nextInt(10)) {
            case 0 -> any(List.of("track", "identify", "group", "alias"));
            case 1, 2, 3 -> "click";
            default -> "page";
        };
        boolean needed = visitor == null && !client;
        String user = needed || random.nextInt(4) == 0 ? any(VISITORS) : null;
        return told(organization, type, visitor, user, client ? any(SESSIONS) : null, any(times));
    }

    private VisitorEvent told(
            UUID organization,
            String type,
            @Nullable String visitor,
            @Nullable String user,
            @Nullable String session,
            Instant at) {
        boolean click = type.equals("click");
        return new VisitorEvent(
                organization,
                "m" + told++,
                type,
                maybe(List.of("Home", "Signed up")),
                visitor,
                user,
                session,
                maybe(CODES),
                maybe(CODES),
                maybe(CODES),
                type.equals("page") ? any(List.of("home", "page")) : null,
                click ? any(List.of("contact.phone", "a|b")) : null,
                click ? any(CATEGORIES) : null,
                at,
                random.nextInt(20) == 0,
                maybe(List.of("Firefox", "Chrome")),
                maybe(List.of("https://a.example/")));
    }

    /** Another event of the same message id, which does not count. */
    private VisitorEvent changed(VisitorEvent event) {
        VisitorEvent other = event(event.organization());
        return new VisitorEvent(
                event.organization(),
                event.messageId(),
                other.type(),
                other.name(),
                other.anonymousId(),
                other.userId(),
                other.sessionId(),
                other.userCode(),
                other.shareCode(),
                other.contactId(),
                other.pageType(),
                other.clickTarget(),
                other.clickCategory(),
                other.at(),
                other.bot(),
                other.userAgent(),
                other.referrer());
    }

    private VisitorEvent bad() {
        UUID organization = any(organizations);
        return switch (random.nextInt(4)) {
            case 0 -> told(organization, "page", null, null, null, any(times));
            case 1 ->
                told(
                        organization,
                        "page",
                        "ann",
                        null,
                        null,
                        world.receivedAt
                                .plus(86_400_000_001L, ChronoUnit.MICROS)
                                .plus(doubt));
            case 2 ->
                told(
                        organization,
                        "page",
                        "ann",
                        null,
                        null,
                        world.receivedAt.minusSeconds(90 * 86_400 + 1).minus(doubt));
            default -> told(UUID.randomUUID(), "page", "ann", null, null, any(times));
        };
    }
}
