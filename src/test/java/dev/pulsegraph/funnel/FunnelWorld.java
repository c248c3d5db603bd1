package dev.pulsegraph.funnel;

import dev.pulsegraph.funnel.oracle.AskedStep;
import dev.pulsegraph.funnel.oracle.ToldEvent;
import dev.pulsegraph.support.Fixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** A team whose visitors do things, told through the API. */
final class FunnelWorld {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    final Fixtures.Team team;
    final List<ToldEvent> events = new ArrayList<>();

    private final Instant joinedAt = Instant.now().minus(Duration.ofDays(20));
    private boolean hasSeveralNames;

    FunnelWorld(Fixtures.Team team) {
        this.team = team;
    }

    FunnelWorld in(String zone) {
        team.asOwner()
                .ask(
                        "mutation ($id: ID!, $zone: String) { updateOrganization(input: { id: $id, timeZone: $zone }) { organization { id } } }",
                        Map.of("id", team.id(), "zone", zone))
                .succeeded();
        return this;
    }

    /** From now on each visitor has two devices and a user id, which {@link #join} makes one. */
    FunnelWorld withSeveralNames() {
        hasSeveralNames = true;
        return this;
    }

    /** Tells that the names of visitors are one: of the phone before anything else is told, of the laptop at any time. */
    void join(Collection<String> visitors) {
        team.track(visitors.stream()
                .map(visitor -> message(Map.of(
                        "type",
                        "IDENTIFY",
                        "anonymousId",
                        visitor + "/phone",
                        "userId",
                        visitor,
                        "timestamp",
                        joinedAt.toString())))
                .toList());
    }

    void joinLaptops(Collection<String> visitors) {
        team.track(visitors.stream()
                .map(visitor -> message(Map.of(
                        "type",
                        "ALIAS",
                        "userId",
                        visitor,
                        "properties",
                        Map.of("previousId", visitor + "/laptop"),
                        "timestamp",
                        joinedAt.toString())))
                .toList());
    }

    /** Who it is that has a name. */
    static String visitor(String name) {
        return name.replaceFirst("^user:", "").replaceFirst("/.*", "");
    }

    /** Tells of events, each of them new. */
    void tell(List<ToldEvent> told) {
        team.track(told.stream().map(this::event).toList());
        events.addAll(told);
    }

    /** Tells of events, and of some of them once more. */
    void tellTwice(List<ToldEvent> told) {
        List<Map<String, Object>> messages = told.stream().map(this::event).toList();
        team.track(messages);
        team.track(messages.subList(0, messages.size() / 3));
        events.addAll(told);
    }

    private static Map<String, Object> message(Map<String, ?> fields) {
        Map<String, Object> event = new HashMap<>(fields);
        event.put("messageId", "m" + NUMBER.incrementAndGet());
        return event;
    }

    private Map<String, Object> event(ToldEvent told) {
        Map<String, Object> event = message(Map.of("timestamp", told.at().toString()));
        Map<String, Object> properties = new HashMap<>();
        switch (hasSeveralNames ? Math.floorMod(Objects.hash(told.visitor(), told.at(), told.what()), 3) : 3) {
            case 0 -> event.put("anonymousId", told.visitor() + "/phone");
            case 1 -> event.put("anonymousId", told.visitor() + "/laptop");
            case 2 -> event.put("userId", told.visitor());
            default -> event.put("anonymousId", told.visitor());
        }
        switch (told.kind()) {
            case EVENT -> {
                event.put("type", "TRACK");
                event.put("name", told.what());
            }
            case PAGE -> {
                event.put("type", "PAGE");
                properties.put("path", told.what());
            }
            case CLICK -> {
                event.put("type", "CLICK");
                event.put("clickTarget", told.what());
            }
        }
        if (told.plan() != null) {
            properties.put("plan", told.plan());
        }
        if (told.userCode() != null) {
            event.put("userCode", told.userCode());
        }
        event.put("properties", properties);
        return event;
    }

    /** A step as the API takes it. */
    static Map<String, Object> input(AskedStep step) {
        Map<String, Object> input = new HashMap<>();
        input.put(
                switch (step.kind()) {
                    case EVENT -> "event";
                    case PAGE -> "path";
                    case CLICK -> "clickTarget";
                },
                step.what());
        if (step.plan() != null) {
            input.put("where", List.of(Map.of("path", "plan", "op", "EQ", "value", step.plan())));
        }
        return input;
    }
}
