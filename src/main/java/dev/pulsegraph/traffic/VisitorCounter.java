package dev.pulsegraph.traffic;

import dev.pulsegraph.event.EventConsumer;
import dev.pulsegraph.event.WrittenEvent;
import jakarta.inject.Singleton;
import java.util.List;

/** Counts the visitors of events, in the rollups that {@code app.write_event_batch} has just moved. */
@Singleton
class VisitorCounter implements EventConsumer {
    private final VisitorSketchRepository repository;
    private final SketchStore sketches;

    VisitorCounter(VisitorSketchRepository repository, SketchStore sketches) {
        this.repository = repository;
        this.sketches = sketches;
    }

    @Override
    public void consume(List<WrittenEvent> events) {
        var marks = new SketchUpdater(repository.takeStaged());
        events.stream().filter(written -> written.event().isTraffic()).forEach(marks::add);
        sketches.store(marks.changed());
    }
}
