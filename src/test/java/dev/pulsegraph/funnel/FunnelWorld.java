package dev.pulsegraph.funnel;

import dev.pulsegraph.funnel.oracle.AskedStep;
import dev.pulsegraph.funnel.oracle.ToldEvent;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A team whose visitors do things, told through the API. */
final class FunnelWorld {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    final Fixtures.Team team;
    final List<ToldEvent> events = new ArrayList<>();

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

    /** Tells of events, each of them new. */
    void tell(List<ToldEvent> told) {
        send(told.stream().map(FunnelWorld::event).toList());
        events.addAll(told);
    }

    /** Tells of events, and of some of them once more. */
    void tellTwice(List<ToldEvent> told) {
        List<Map<String, Object>> messages =
                told.stream().map(FunnelWorld::event).toList();
        send(messages);
        send(messages.subList(0, messages.size() / 3));
        events.addAll(told);
    }

    private void send(List<Map<String, Object>> messages) {
        Answer answer = team.asOwner()
                .ask(
                        "mutation ($input: TrackEventsInput!) { trackEvents(input: $input) { rejected receipts { reason } } }",
                        Map.of("input", Map.of("organization", team.id(), "events", messages)))
                .succeeded();
        if (!Integer.valueOf(0).equals(answer.at("trackEvents.rejected"))) {
            throw new AssertionError(answer.text());
        }
    }

    private static Map<String, Object> event(ToldEvent told) {
        Map<String, Object> event = new HashMap<>();
        Map<String, Object> properties = new HashMap<>();
        event.put("messageId", "m" + NUMBER.incrementAndGet());
        event.put("anonymousId", told.visitor());
        event.put("timestamp", told.at().toString());
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
