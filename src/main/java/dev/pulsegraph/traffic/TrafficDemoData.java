package dev.pulsegraph.traffic;

import dev.pulsegraph.demo.DemoData;
import dev.pulsegraph.demo.DemoRows;
import dev.pulsegraph.event.CircumstanceReader;
import dev.pulsegraph.event.EventWriter;
import jakarta.inject.Singleton;
import java.time.ZoneId;

/** 90 days of traffic. */
@Singleton
class TrafficDemoData implements DemoData {
    private final EventWriter events;
    private final CircumstanceReader circumstances;

    TrafficDemoData(EventWriter events, CircumstanceReader circumstances) {
        this.events = events;
        this.circumstances = circumstances;
    }

    @Override
    public int getOrder() {
        return 40;
    }

    @Override
    public void create(DemoRows rows) {
        ZoneId newYork = ZoneId.of("America/New_York");
        events.write(DemoEvents.list(rows.acme(), "acme", newYork, 70, rows.today(), 43, circumstances));
        events.write(DemoEvents.list(
                rows.globex(), "globex", ZoneId.of("Europe/Berlin"), 20, rows.today(), 44, circumstances));
    }
}
