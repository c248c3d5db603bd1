package dev.pulsegraph.command;

import dev.pulsegraph.embedding.PostEmbedder;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Embeds posts. What was done is safe at any time, and done again it begins where it was stopped. */
@Command(
        name = "embed",
        description = {
            "Embeds posts that have no vectors of the model that answers, or whose texts have changed: embed --missing",
            "May be stopped and run again. Exits 0 when every text has its vector, 1 when some could not be embedded."
        },
        mixinStandardHelpOptions = true)
final class EmbedCommand implements Callable<Integer> {
    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--missing",
            required = true,
            description =
                    "Embeds the title and the content of posts, as the field `content`, where that is missing or old.")
    boolean missing;

    @Option(names = "--organization", paramLabel = "SLUG", description = "Slug of the organization. Default: all.")
    @Nullable
    String organization;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        return CommandEnvironment.withApplication(context -> {
            PostEmbedder posts = context.getBean(PostEmbedder.class);
            PostEmbedder.Work work = posts.find(organization);
            PostEmbedder.Outcome outcome;
            try (EmbedProgress progress = EmbedProgress.of(work.posts(), err)) {
                outcome = posts.embedMissing(work, progress::looked);
            }
            out.printf(Locale.ROOT, "%,d posts, %,d of them embedded%n", outcome.posts(), outcome.embedded());
            out.flush();
            if (outcome.waiting() == 0) {
                return 0;
            }
            err.printf(
                    Locale.ROOT,
                    "%,d could not be embedded; they wait until a server, or this command, can. %s%n",
                    outcome.waiting(),
                    String.join(" ", outcome.reasons()));
            err.flush();
            return 1;
        });
    }
}
