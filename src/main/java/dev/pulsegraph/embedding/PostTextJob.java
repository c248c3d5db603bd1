package dev.pulsegraph.embedding;

import dev.pulsegraph.job.Job;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Embeds posts that were written past the API, such as by an import of SQL. */
@Singleton
class PostTextJob implements Job {
    private final PostTexts texts;

    PostTextJob(PostTexts texts) {
        this.texts = texts;
    }

    @Override
    public String name() {
        return "embeddings.posts";
    }

    @Override
    public String description() {
        return "Embeds posts whose texts are not there as they are now. Those written by the API are at once.";
    }

    @Override
    public Duration interval() {
        return Duration.ofHours(6);
    }

    @Override
    public String run() {
        PostTexts.Outcome outcome = texts.embedMissing(texts.find(null), looked -> {});
        return "Looked at " + outcome.posts() + " posts and embedded " + outcome.embedded() + ". " + outcome.waiting()
                + " texts wait."
                + outcome.reasons().stream().map(reason -> " " + reason).reduce("", String::concat);
    }
}
