package dev.pulsegraph.chat;

import static dev.pulsegraph.support.StatementCounts.AROUND_A_QUERY;
import static dev.pulsegraph.support.StatementCounts.statements;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said is kept once and in order, and nobody's change of metadata is lost. */
@MicronautTest(transactional = false)
class ConversationTest {
    private static final String UPDATE =
            "mutation ($input: UpdateConversationMetadataInput!) { updateConversationMetadata(input: $input) { conversation { id } } }";

    @Inject
    Fixtures fixtures;

    private ChatWorld world;

    @BeforeEach
    void makeWorld() {
        world = ChatWorld.of(fixtures.team());
    }

    @Test
    void fifty_writers_of_metadata_at_the_same_moment_lose_nothing() {
        int writers = 50;
        String conversation =
                world.conversation(Map.of("metadata", Map.of("kept", true, "counts", Map.of("before", 0))));
        Concurrently.call(IntStream.range(0, writers).mapToObj(i -> (Callable<String>) () -> {
            Map<String, ?> patch = Map.of("writer " + i, i, "counts", Map.of("of " + i, i));
            return world.team()
                    .asOwner()
                    .ask(UPDATE, Map.of("input", Map.of("conversation", conversation, "patch", patch)))
                    .succeeded()
                    .text();
        }));
        var metadata = world.team()
                .asOwner()
                .ask("{ node(id: \"" + conversation + "\") { ... on Conversation { metadata } } }")
                .succeeded();
        assertThat(metadata.at("node.metadata.kept")).isEqualTo(true);
        assertThat(metadata.at("node.metadata.counts.before")).isEqualTo(0);
        for (int i = 0; i < writers; i++) {
            assertThat(metadata.at("node.metadata.writer " + i)).isEqualTo(i);
            assertThat(metadata.at("node.metadata.counts.of " + i)).isEqualTo(i);
        }
    }

    @Test
    void messages_of_a_call_keep_their_order_and_one_that_is_sent_by_many_at_once_is_stored_once() {
        String conversation = world.conversation(Map.of());
        List<Map<String, String>> many = IntStream.range(0, 1_000)
                .mapToObj(
                        i -> Map.of("role", i % 2 == 0 ? "USER" : "ASSISTANT", "content", "" + i, "messageId", "m" + i))
                .toList();
        List<String> written = Concurrently.call(
                IntStream.range(0, 4).mapToObj(i -> (Callable<String>) () -> world.append(conversation, many)));
        assertThat(written.stream().mapToInt(Integer::parseInt).sum()).isEqualTo(many.size());
        assertThat(contents(conversation))
                .isEqualTo(many.stream().map(message -> message.get("content")).toList());
    }

    @Test
    void a_conversation_that_is_started_by_many_at_once_is_one() {
        List<String> ids = Concurrently.call(IntStream.range(0, 8)
                .mapToObj(i -> (Callable<String>) () -> world.conversation(Map.of("reference", "the same"))));
        assertThat(ids).containsOnly(ids.getFirst());
    }

    @Test
    void domains_and_messages_of_many_conversations_are_read_together() {
        String question = "{ organization(slug: \"" + world.team().slug()
                + "\") { conversations(first: 50) { totalCount nodes { domain { domain } messages(last: 3) { totalCount nodes { content } } } } } }";
        world.append(world.conversation(Map.of()), List.of(Map.of("role", "USER", "content", "x")));
        List<String> few = statements(world.team().asOwner(), question);
        for (int i = 0; i < 10; i++) {
            world.append(world.conversation(Map.of()), List.of(Map.of("role", "USER", "content", "x")));
        }
        assertThat(statements(world.team().asOwner(), question))
                .hasSameSizeAs(few)
                .hasSize(AROUND_A_QUERY + 6);
    }

    /** All of them, page by page. */
    private List<Object> contents(String conversation) {
        List<Object> contents = new ArrayList<>();
        String after = null;
        do {
            var page = world.team()
                    .asOwner()
                    .ask("{ node(id: \"" + conversation + "\") { ... on Conversation { messages(first: 200"
                            + (after == null ? "" : ", after: \"" + after + "\"")
                            + ") { nodes { content } pageInfo { hasNextPage endCursor } } } } }")
                    .succeeded();
            page.list("node.messages.nodes").forEach(node -> contents.add(((Map<?, ?>) node).get("content")));
            after = page.text("node.messages.pageInfo.hasNextPage").equals("true")
                    ? page.text("node.messages.pageInfo.endCursor")
                    : null;
        } while (after != null);
        return contents;
    }
}
