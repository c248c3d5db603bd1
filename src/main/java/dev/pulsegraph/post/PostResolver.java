package dev.pulsegraph.post;

import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.organization.OrganizationLoader;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.GlobalId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The fields of posts. */
@Singleton
class PostResolver implements Resolver {
    private final PostLoader loader;
    private final PostService service;
    private final OrganizationLoader organizations;

    PostResolver(PostLoader loader, PostService service, OrganizationLoader organizations) {
        this.loader = loader;
        this.service = service;
        this.organizations = organizations;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.node("Post", Post.class, PostRepository::byIds)
                .node("MediaFile", MediaFile.class, MediaRepository::byIds)
                .read("Organization.posts", this::page)
                .totalCount("PostConnection", PostLoader.Filter.class, PostLoader::counts)
                .field("Post.content", call -> content(call, PostContent::content))
                .field("Post.hashtags", call -> content(call, PostContent::hashtags))
                .field("Post.permalink", call -> content(call, PostContent::permalink))
                .read("Post.author", this::author)
                .read(
                        "Post.organization",
                        call -> organizations.organization(
                                call, call.source(Post.class).organizationId()))
                .field(
                        "Post.media",
                        call -> call.batch("Post.media", call.source(Post.class).id(), loader::media))
                .field(
                        "Post.insights",
                        call -> call.batch(
                                "Post.insights", call.source(Post.class).id(), loader::insights))
                .field(
                        "Mutation.createPost",
                        call -> Map.of("post", service.create(call.caller(), created(call.input()))))
                .field(
                        "Mutation.updatePost",
                        call -> Map.of("post", service.update(call.caller(), updated(call.input()))))
                .field("Mutation.deletePost", call -> {
                    UUID id = call.input().id("id", "Post");
                    service.delete(id);
                    return Map.of("deletedId", GlobalId.encode("Post", id));
                });
    }

    private CompletableFuture<Connection<Post>> page(Call call) {
        Arguments arguments = call.arguments();
        PostOrder order = order(arguments.findInput("orderBy"));
        var filter = new PostLoader.Filter(filter(arguments.findInput("filter")), order, newest(call));
        return call.connection(
                "Organization.posts", call.source(Organization.class).id(), order.name(), filter, PostLoader::pages);
    }

    private static NewestValues.Part newest(Call call) {
        if (call.asksFor("nodes/latestMetrics/recordedAt", "edges/node/latestMetrics/recordedAt")) {
            return NewestValues.Part.VALUES_AND_TIMES;
        }
        return call.asksFor("nodes/latestMetrics", "edges/node/latestMetrics")
                ? NewestValues.Part.VALUES
                : NewestValues.Part.NONE;
    }

    private <V> CompletableFuture<@Nullable V> content(Call call, Function<PostContent, @Nullable V> part) {
        return call.batch("Post.content", call.source(Post.class).id(), loader::contents)
                .thenApply(part);
    }

    private @Nullable CompletableFuture<?> author(Call call) {
        UUID author = call.source(Post.class).authorId();
        return author == null ? null : organizations.user(call, author);
    }

    private static PostOrder order(@Nullable Arguments order) {
        return order == null
                ? PostOrder.NEWEST_PUBLISHED
                : new PostOrder(order.enumValue("field", PostOrderField.class), "ASC".equals(order.text("direction")));
    }

    private static PostFilter filter(@Nullable Arguments filter) {
        if (filter == null) {
            return PostFilter.NONE;
        }
        List<PostStatus> statuses = filter.findEnums("status", PostStatus.class);
        return new PostFilter(
                statuses == null
                        ? null
                        : statuses.stream()
                                .map(status -> status.name().toLowerCase(Locale.ROOT))
                                .toList(),
                filter.findTexts("platforms"),
                filter.findTexts("hashtags"),
                filter.findId("author", "User"),
                filter.findInstant("publishedFrom"),
                filter.findInstant("publishedTo"),
                filter.findText("text"));
    }

    private static CreatePostInput created(Arguments input) {
        List<String> hashtags = input.findTexts("hashtags");
        List<Arguments> media = input.findInputs("media");
        return new CreatePostInput(
                input.id("organization", "Organization"),
                input.findText("title"),
                input.text("content"),
                input.texts("platforms"),
                input.findEnum("status", PostStatus.class),
                hashtags == null ? List.of() : hashtags,
                input.findText("permalink"),
                input.findInstant("publishedAt"),
                input.findInstant("scheduledAt"),
                media == null ? List.of() : media(media));
    }

    private static UpdatePostInput updated(Arguments input) {
        return new UpdatePostInput(
                input.id("id", "Post"),
                input.patch("title", input::findText),
                input.change("content", input::text),
                input.change("platforms", input::texts),
                input.change("status", name -> input.enumValue(name, PostStatus.class)),
                input.change("hashtags", input::texts),
                input.patch("permalink", input::findText),
                input.patch("publishedAt", input::findInstant),
                input.patch("scheduledAt", input::findInstant),
                input.change("media", name -> media(input.inputs(name))));
    }

    private static List<MediaFileInput> media(List<Arguments> files) {
        return files.stream()
                .map(file -> new MediaFileInput(
                        file.findId("id", "MediaFile"),
                        file.findText("url"),
                        file.findEnum("type", MediaType.class),
                        file.findText("fileName"),
                        file.findText("mimeType"),
                        file.findLong("sizeBytes"),
                        file.findInt("width"),
                        file.findInt("height"),
                        file.findDouble("durationSeconds"),
                        file.findText("thumbnailUrl"),
                        file.findText("altText")))
                .toList();
    }
}
