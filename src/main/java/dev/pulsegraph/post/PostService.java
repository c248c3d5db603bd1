package dev.pulsegraph.post;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.security.Caller;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes posts with their content and media, in the one transaction of the operation. */
@Singleton
class PostService {
    private final PostRepository posts;
    private final MediaRepository media;
    private final OrganizationRepository organizations;
    private final OperationTransaction transaction;
    private final Collection<PostTextListener> listeners;
    private final Clock clock;

    PostService(
            PostRepository posts,
            MediaRepository media,
            OrganizationRepository organizations,
            OperationTransaction transaction,
            Collection<PostTextListener> listeners,
            Clock clock) {
        this.posts = posts;
        this.media = media;
        this.organizations = organizations;
        this.transaction = transaction;
        this.listeners = listeners;
        this.clock = clock;
    }

    Post create(Caller caller, CreatePostInput input) {
        organizations.requireVisible(input.organization());
        UUID id = UuidCreator.getTimeOrderedEpoch();
        Instant published = input.publishedAt() == null && input.status() == PostStatus.PUBLISHED
                ? clock.instant()
                : input.publishedAt();
        posts.create(
                input.organization(),
                id,
                author(caller),
                input.title(),
                toColumn(input.status()),
                input.platforms(),
                text(input.scheduledAt()),
                text(published));
        posts.createContent(input.organization(), id, input.content(), input.hashtags(), input.permalink());
        listeners.forEach(listener -> listener.written(input.organization(), id, input.title(), input.content()));
        if (!input.media().isEmpty()) {
            media.link(input.organization(), id, files(caller, input.organization(), input.media()));
        }
        return get(id);
    }

    Post update(Caller caller, UpdatePostInput input) {
        UUID id = input.id();
        Post post = get(id);
        // First of all the core, be nothing of it changed: its row lock has other updates of the post wait for this
        // one.
        Problem.requireChanged(
                posts.update(
                        id,
                        input.title().given(),
                        input.title().value(),
                        input.status() == null ? null : toColumn(input.status()),
                        input.platforms(),
                        input.scheduledAt().given(),
                        text(input.scheduledAt().value()),
                        input.publishedAt().given(),
                        text(input.publishedAt().value()),
                        clock.instant().toString()),
                () -> get(id));
        if (input.changesContent()) {
            Problem.requireChanged(
                    posts.updateContent(
                            id,
                            input.content(),
                            input.hashtags(),
                            input.permalink().given(),
                            input.permalink().value()),
                    () -> get(id));
        }
        if (input.title().given() || input.content() != null) {
            String content = posts.listContents(List.of(id)).getFirst().content();
            String title = get(id).title();
            listeners.forEach(listener -> listener.written(post.organizationId(), id, title, content));
        }
        if (input.media() != null) {
            relink(caller, post, input.media());
        }
        return get(id);
    }

    void delete(UUID id) {
        get(id);
        Problem.requireChanged(posts.delete(id), () -> get(id));
    }

    /**
     * A file leaves the database with its last link. The files that stay would lose theirs for a moment, so only the
     * others are unlinked before the new order is written over the old one.
     */
    private void relink(Caller caller, Post post, List<MediaFileInput> inputs) {
        List<UUID> files = files(caller, post.organizationId(), inputs);
        media.unlinkOthers(post.id(), files);
        media.relink(post.organizationId(), post.id(), files);
    }

    /** The files of a post in order, those that are new made on the way. */
    private List<UUID> files(Caller caller, UUID organization, List<MediaFileInput> inputs) {
        List<UUID> files = new ArrayList<>();
        for (MediaFileInput input : inputs) {
            UUID file = input.id() != null ? input.id() : create(caller, organization, input);
            if (files.contains(file)) {
                throw Problem.badInput("media", "the same file appears twice in the post.");
            }
            files.add(file);
        }
        return files;
    }

    private UUID create(Caller caller, UUID organization, MediaFileInput input) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        media.create(
                organization,
                id,
                author(caller),
                input.storedName(),
                String.valueOf(input.url()),
                toColumn(Objects.requireNonNull(input.type())),
                input.mimeType(),
                input.sizeBytes() == null ? 0 : input.sizeBytes(),
                input.width(),
                input.height(),
                input.durationSeconds(),
                input.thumbnailUrl(),
                input.altText());
        return id;
    }

    private Post get(UUID id) {
        return Problem.requireFound(transaction.read(PostRepository.byIds(List.of(id))), "post");
    }

    private static @Nullable UUID author(Caller caller) {
        return caller instanceof Caller.User user ? user.id() : null;
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }

    private static String toColumn(@Nullable Enum<?> value) {
        return String.valueOf(value).toLowerCase(Locale.ROOT);
    }
}
