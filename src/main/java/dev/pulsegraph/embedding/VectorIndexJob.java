package dev.pulsegraph.embedding;

import dev.pulsegraph.database.DatabaseBootstrap;
import dev.pulsegraph.job.Job;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** Builds the indexes of vectors that are missing, where the server knows the owner of the tables. */
@Singleton
class VectorIndexJob implements Job {
    private final DatabaseBootstrap database;

    VectorIndexJob(DatabaseBootstrap database) {
        this.database = database;
    }

    @Override
    public String name() {
        return "embeddings.index";
    }

    @Override
    public String description() {
        return "Installs the extension vector where it may, and indexes the vectors of models that have many.";
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(5);
    }

    @Override
    public String run() {
        return database.asOwner()
                .map(owner -> told(owner.buildVectorIndexes()))
                .orElse(
                        "This server does not know the owner of the tables; ./pulsegraph migrate builds what is missing.");
    }

    private static String told(List<String> done) {
        return done.isEmpty() ? "Nothing was missing." : String.join(" ", done);
    }
}
