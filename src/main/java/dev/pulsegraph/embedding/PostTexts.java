package dev.pulsegraph.embedding;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.embedding.EmbeddingUpkeepRepository.Chosen;
import dev.pulsegraph.embedding.EmbeddingUpkeepRepository.PostText;
import dev.pulsegraph.embedding.EmbeddingUpkeepRepository.WaitingSpace;
import dev.pulsegraph.embedding.model.EmbeddingModel;
import dev.pulsegraph.embedding.model.EmbeddingModels;
import dev.pulsegraph.embedding.model.EmbeddingUnavailable;
import dev.pulsegraph.entity.EntityType;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Sha256;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Embeds what posts say: as the field {@code content} the title, a blank line and the content, cut into chunks. Posts whose
 * texts have vectors of the model that answers cost a look; posts that somebody gave vectors of that field are left alone.
 */
@Singleton
public class PostTexts {
    static final String FIELD = "content";
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int AT_ONCE = 100;
    private static final int MOST_CONFLICTS = 5;

    private final EmbeddingUpkeepRepository upkeep;
    private final EmbeddingModels models;
    private final EmbeddingWriter writer;
    private final WaitingTexts waitingTexts;
    private final OperationTransaction transaction;
    private final SqlProblems sqlProblems;

    PostTexts(
            EmbeddingUpkeepRepository upkeep,
            EmbeddingModels models,
            EmbeddingWriter writer,
            WaitingTexts waitingTexts,
            OperationTransaction transaction,
            SqlProblems sqlProblems) {
        this.upkeep = upkeep;
        this.models = models;
        this.writer = writer;
        this.waitingTexts = waitingTexts;
        this.transaction = transaction;
        this.sqlProblems = sqlProblems;
    }

    /** The work there is, of one organization or of all. */
    public Work find(@Nullable String slug) {
        List<Chosen> chosen = transaction.asWorker(TIMEOUT, () -> upkeep.listChosen(slug));
        if (slug != null && chosen.isEmpty()) {
            throw Problem.notFound("organization", "organization");
        }
        UUID only = slug == null ? null : chosen.getFirst().organizationId();
        return new Work(chosen, transaction.asWorker(TIMEOUT, () -> upkeep.countPosts(only)));
    }

    /**
     * Embeds posts that have no vectors, or whose texts changed. Each batch of them is safe when it is done.
     *
     * @param progress hears how many posts were looked at, each time that some were
     */
    public Outcome embedMissing(Work work, LongConsumer progress) {
        var run = new Run(progress);
        work.organizations.forEach(run::embed);
        return new Outcome(run.seen, run.changed, run.waiting, List.copyOf(run.reasons));
    }

    /** What a post says, as it is embedded. */
    static List<String> chunks(@Nullable String title, @Nullable String content) {
        return Chunks.of(Stream.of(title, content).filter(text -> text != null).collect(Collectors.joining("\n\n")));
    }

    private static boolean isUpToDate(PostText post, List<String> chunks) {
        String hashes = chunks.stream().map(Sha256::hex).collect(Collectors.joining(","));
        return hashes.equals(post.hashes() == null ? "" : post.hashes());
    }

    /** What there is to look at. */
    public static final class Work {
        private final List<Chosen> organizations;
        private final long posts;

        private Work(List<Chosen> organizations, long posts) {
            this.organizations = organizations;
            this.posts = posts;
        }

        public long posts() {
            return posts;
        }
    }

    /**
     * What was done.
     *
     * @param posts looked at
     * @param embedded posts that were embedded anew
     * @param waiting texts that could not be embedded; a running server goes on trying
     * @param reasons why not, a sentence each
     */
    public record Outcome(long posts, long embedded, long waiting, List<String> reasons) {}

    /** Embeds the posts of one organization after the other. */
    private final class Run {
        private final LongConsumer progress;
        private final Set<String> reasons = new LinkedHashSet<>();
        private final Set<String> unavailable = new HashSet<>();
        private long seen;
        private long changed;
        private long waiting;

        Run(LongConsumer progress) {
            this.progress = progress;
        }

        void embed(Chosen first) {
            Chosen chosen = first;
            UUID after = WaitingTexts.FIRST;
            int conflicts = 0;
            boolean more = true;
            while (more) {
                List<PostText> posts = read(chosen, after);
                List<PostText> missing = posts.stream()
                        .filter(post -> !post.given() && !isUpToDate(post, chunks(post.title(), post.content())))
                        .toList();
                EmbeddingModel model = model(chosen);
                if (model == null) {
                    waiting += missing.size();
                    reasons.add("This server does not run the model \"" + chosen.model() + "\""
                            + (chosen.dimensions() == 0 ? "." : " with " + chosen.dimensions() + " dimensions."));
                } else if (!put(chosen.organizationId(), missing, conflicts)) {
                    conflicts++;
                    chosen = again(chosen);
                    continue;
                } else {
                    changed += missing.size();
                    embedWaiting(chosen.organizationId(), model);
                }
                seen += posts.size();
                progress.accept(posts.size());
                after = posts.isEmpty() ? after : posts.getLast().id();
                more = posts.size() == AT_ONCE;
            }
            waiting += stillWaiting(chosen);
        }

        private @Nullable EmbeddingModel model(Chosen chosen) {
            return models.find(chosen.model())
                    .filter(found -> chosen.dimensions() == 0 || found.dimensions() == chosen.dimensions())
                    .orElse(null);
        }

        private List<PostText> read(Chosen chosen, UUID after) {
            return transaction.asWorker(
                    TIMEOUT, () -> upkeep.listPosts(chosen.organizationId(), chosen.spaceId(), after, AT_ONCE));
        }

        /** Somebody may have chosen another model. */
        private Chosen again(Chosen chosen) {
            return transaction.asWorker(TIMEOUT, () -> upkeep.listChosen(null)).stream()
                    .filter(now -> now.organizationId().equals(chosen.organizationId()))
                    .findFirst()
                    .orElse(chosen);
        }

        /** Whether nobody else was in the way. */
        private boolean put(UUID organization, List<PostText> missing, int conflicts) {
            try {
                transaction.asWorker(TIMEOUT, () -> {
                    for (PostText post : missing) {
                        writer.putTexts(
                                organization, EntityType.POST, post.id(), FIELD, chunks(post.title(), post.content()));
                    }
                    return missing.size();
                });
                return true;
            } catch (RuntimeException e) {
                boolean isConflict = sqlProblems
                        .of(e)
                        .filter(problem -> problem.code() == ErrorCode.CONFLICT)
                        .isPresent();
                if (isConflict && conflicts < MOST_CONFLICTS) {
                    return false;
                }
                throw e;
            }
        }

        /** A model that could not answer is not asked again; the texts wait for a running server. */
        private void embedWaiting(UUID organization, EmbeddingModel model) {
            WaitingSpace space = space(organization, model.name());
            if (space == null || unavailable.contains(model.name())) {
                return;
            }
            try {
                WaitingTexts.Step step = new WaitingTexts.Step(WaitingTexts.FIRST, false, 0, 0);
                while (!step.isEnd()) {
                    step = waitingTexts.embedNext(space, model, step.last());
                }
            } catch (EmbeddingUnavailable failure) {
                unavailable.add(model.name());
                reasons.add(failure.getMessage());
            }
        }

        private long stillWaiting(Chosen chosen) {
            WaitingSpace space = space(chosen.organizationId(), chosen.model());
            return space == null || model(chosen) == null
                    ? 0
                    : transaction.asWorker(
                            TIMEOUT, () -> upkeep.countWaiting(chosen.organizationId(), space.spaceId()));
        }

        private @Nullable WaitingSpace space(UUID organization, String model) {
            return transaction.asWorker(TIMEOUT, () -> upkeep.listWaitingSpaces(organization)).stream()
                    .filter(space -> space.model().equals(model))
                    .findFirst()
                    .orElse(null);
        }
    }
}
