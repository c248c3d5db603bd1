package dev.pulsegraph.embedding;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.embedding.EmbeddingUpkeepRepository.CurrentModel;
import dev.pulsegraph.embedding.EmbeddingUpkeepRepository.PendingSpace;
import dev.pulsegraph.embedding.EmbeddingUpkeepRepository.PostText;
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
public class PostEmbedder {
    static final String FIELD = "content";
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int BATCH_SIZE = 100;
    private static final int MAX_CONFLICTS = 5;

    private final EmbeddingUpkeepRepository upkeep;
    private final EmbeddingModels models;
    private final EmbeddingWriter writer;
    private final PendingTexts pendingTexts;
    private final OperationTransaction transaction;
    private final SqlProblems sqlProblems;

    PostEmbedder(
            EmbeddingUpkeepRepository upkeep,
            EmbeddingModels models,
            EmbeddingWriter writer,
            PendingTexts pendingTexts,
            OperationTransaction transaction,
            SqlProblems sqlProblems) {
        this.upkeep = upkeep;
        this.models = models;
        this.writer = writer;
        this.pendingTexts = pendingTexts;
        this.transaction = transaction;
        this.sqlProblems = sqlProblems;
    }

    /** The work there is, of one organization or of all. */
    public Work find(@Nullable String slug) {
        List<CurrentModel> current = transaction.asWorker(TIMEOUT, () -> upkeep.listCurrentModels(slug));
        if (slug != null && current.isEmpty()) {
            throw Problem.notFound("organization", "organization");
        }
        UUID only = slug == null ? null : current.getFirst().organizationId();
        return new Work(current, transaction.asWorker(TIMEOUT, () -> upkeep.countPosts(only)));
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
        return TextChunker.of(
                Stream.of(title, content).filter(text -> text != null).collect(Collectors.joining("\n\n")));
    }

    private static boolean isUpToDate(PostText post, List<String> chunks) {
        String hashes = chunks.stream().map(Sha256::hex).collect(Collectors.joining(","));
        return hashes.equals(post.hashes() == null ? "" : post.hashes());
    }

    /** What there is to look at. */
    public static final class Work {
        private final List<CurrentModel> organizations;
        private final long posts;

        private Work(List<CurrentModel> organizations, long posts) {
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

        void embed(CurrentModel first) {
            CurrentModel current = first;
            UUID after = PendingTexts.START;
            int conflicts = 0;
            boolean more = true;
            while (more) {
                List<PostText> posts = read(current, after);
                List<PostText> missing = posts.stream()
                        .filter(post -> !post.given() && !isUpToDate(post, chunks(post.title(), post.content())))
                        .toList();
                EmbeddingModel model = model(current);
                if (model == null) {
                    waiting += missing.size();
                    reasons.add("This server does not run the model \"" + current.model() + "\""
                            + (current.dimensions() == 0 ? "." : " with " + current.dimensions() + " dimensions."));
                } else if (!put(current.organizationId(), missing, conflicts)) {
                    conflicts++;
                    current = reload(current);
                    continue;
                } else {
                    changed += missing.size();
                    embedPending(current.organizationId(), model);
                }
                seen += posts.size();
                progress.accept(posts.size());
                after = posts.isEmpty() ? after : posts.getLast().id();
                more = posts.size() == BATCH_SIZE;
            }
            waiting += countPending(current);
        }

        private @Nullable EmbeddingModel model(CurrentModel current) {
            return models.find(current.model())
                    .filter(found -> current.dimensions() == 0 || found.dimensions() == current.dimensions())
                    .orElse(null);
        }

        private List<PostText> read(CurrentModel current, UUID after) {
            return transaction.asWorker(
                    TIMEOUT, () -> upkeep.listPosts(current.organizationId(), current.spaceId(), after, BATCH_SIZE));
        }

        /** Somebody may have set another model. */
        private CurrentModel reload(CurrentModel current) {
            return transaction.asWorker(TIMEOUT, () -> upkeep.listCurrentModels(null)).stream()
                    .filter(now -> now.organizationId().equals(current.organizationId()))
                    .findFirst()
                    .orElse(current);
        }

        /** Whether nobody else was in the way. */
        private boolean put(UUID organization, List<PostText> missing, int conflicts) {
            try {
                transaction.asWorker(TIMEOUT, () -> {
                    for (PostText post : missing) {
                        writer.replaceTexts(
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
                if (isConflict && conflicts < MAX_CONFLICTS) {
                    return false;
                }
                throw e;
            }
        }

        /** A model that could not answer is not asked again; the texts wait for a running server. */
        private void embedPending(UUID organization, EmbeddingModel model) {
            PendingSpace space = space(organization, model.name());
            if (space == null || unavailable.contains(model.name())) {
                return;
            }
            try {
                PendingTexts.Step step = new PendingTexts.Step(PendingTexts.START, false, 0, 0);
                while (!step.isEnd()) {
                    step = pendingTexts.embedNext(space, model, step.last());
                }
            } catch (EmbeddingUnavailable failure) {
                unavailable.add(model.name());
                reasons.add(failure.getMessage());
            }
        }

        private long countPending(CurrentModel current) {
            PendingSpace space = space(current.organizationId(), current.model());
            return space == null || model(current) == null
                    ? 0
                    : transaction.asWorker(
                            TIMEOUT, () -> upkeep.countPending(current.organizationId(), space.spaceId()));
        }

        private @Nullable PendingSpace space(UUID organization, String model) {
            return transaction.asWorker(TIMEOUT, () -> upkeep.listPendingSpaces(organization)).stream()
                    .filter(space -> space.model().equals(model))
                    .findFirst()
                    .orElse(null);
        }
    }
}
