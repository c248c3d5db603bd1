package dev.pulsegraph.embedding;

import dev.pulsegraph.database.DatabaseBootstrap;
import dev.pulsegraph.job.Job;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** What keeps embeddings in order. */
@Factory
class EmbeddingJobs {
    @Singleton
    Job embed(EmbeddingJob job) {
        return new Job(
                "embeddings.embed",
                "Embeds texts that wait for a model elsewhere, and has a model that was chosen take over when it has them all.",
                Duration.ofSeconds(15),
                job::run);
    }

    /** Posts may be written past the API, such as by an import of SQL. */
    @Singleton
    Job posts(PostEmbedder texts) {
        return new Job(
                "embeddings.posts",
                "Embeds posts whose texts are not there as they are now. Those written by the API are at once.",
                Duration.ofHours(6),
                () -> embedPosts(texts));
    }

    @Singleton
    Job index(DatabaseBootstrap database, VectorIndexes indexes) {
        return new Job(
                "embeddings.index",
                "Installs the extension vector where it may, and indexes the vectors of models that have many.",
                Duration.ofMinutes(5),
                () -> database.asOwner()
                        .map(owner -> summary(owner.finish(List.of(indexes))))
                        .orElse(
                                "This server does not know the owner of the tables; ./pulsegraph migrate builds what is missing."));
    }

    private static String embedPosts(PostEmbedder texts) {
        PostEmbedder.Outcome outcome = texts.embedMissing(texts.find(null), looked -> {});
        return "Looked at " + outcome.posts() + " posts and embedded " + outcome.embedded() + ". " + outcome.waiting()
                + " texts wait."
                + outcome.reasons().stream().map(reason -> " " + reason).reduce("", String::concat);
    }

    private static String summary(List<String> done) {
        return done.isEmpty() ? "Nothing was missing." : String.join(" ", done);
    }
}
