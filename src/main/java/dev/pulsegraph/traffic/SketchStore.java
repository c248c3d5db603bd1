package dev.pulsegraph.traffic;

import dev.pulsegraph.database.Copy;
import jakarta.inject.Singleton;
import java.util.List;

/** Stores the sketches of rollups, in the running transaction, in which a batch of events has begun. */
@Singleton
class SketchStore {
    private final EventRepository repository;
    private final Copy copy;

    SketchStore(EventRepository repository, Copy copy) {
        this.repository = repository;
        this.copy = copy;
    }

    void store(List<VisitorSketch> sketches) {
        if (!sketches.isEmpty()) {
            repository.forgetSketches();
            copy.send(EventRows.COPY_SKETCHES, sketches.stream().map(EventRows::row));
            repository.storeSketches();
        }
    }
}
