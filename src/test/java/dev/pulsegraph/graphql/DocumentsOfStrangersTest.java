package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.json.JsonMapper;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kept of documents, and for whom. */
@MicronautTest(transactional = false)
class DocumentsOfStrangersTest {
    private static final int FIELDS = 9_990;
    private static final int WEIGHED = 60;

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Documents documents;

    @Inject
    JsonMapper json;

    private long before;

    @BeforeEach
    void remember() {
        before = documents.cachedBytes();
    }

    @Test
    void nothing_is_parsed_or_kept_for_a_key_that_nobody_has() {
        for (String broken : List.of("{ viewer { operator } }", "{", "{ nothing }", large("a"))) {
            Answer answer = api.bearer("pgk_nobody" + broken.length()).ask(broken);
            answer.failed("UNAUTHENTICATED");
            assertThat(answer.status()).isEqualTo(401);
        }
        assertThat(documents.cachedBytes()).isEqualTo(before);
    }

    @Test
    void what_cannot_be_run_is_forgotten() throws IOException {
        Api.As somebody = api.as("forgotten@spec.example");
        somebody.ask("{ nothing }").failed("BAD_USER_INPUT");
        somebody.ask("{").failed("BAD_USER_INPUT");
        somebody.ask("{" + " __typename".repeat(11) + " }").failed("LIMIT_EXCEEDED");
        String hash = TrustedDocuments.sha256("{ nothing }");
        Object persisted = Map.of("persistedQuery", Map.of("version", 1, "sha256Hash", hash));
        somebody.post(json.writeValueAsString(Map.of("query", "{ nothing }", "extensions", persisted)))
                .failed("BAD_USER_INPUT");
        assertThat(somebody.post(json.writeValueAsString(Map.of("extensions", persisted)))
                        .message())
                .isEqualTo("PersistedQueryNotFound");
        assertThat(documents.cachedBytes()).isEqualTo(before);
    }

    @Test
    void however_large_documents_are_they_take_no_more_than_their_share() {
        String key = fixtures.team().apiKey("READ");
        long share = Runtime.getRuntime().maxMemory() / 32;
        long enough = 2 + share / (FIELDS * 120L);
        for (int i = 0; i < enough; i++) {
            api.bearer(key).ask(large("d" + i)).succeeded();
        }
        assertThat(documents.cachedBytes()).isBetween(share / 4, share + share / 4);
    }

    /** The weight is that of the heap, more or less, for what is weighed to be worth weighing. */
    @Test
    void a_document_weighs_what_it_holds() {
        var memory = ManagementFactory.getMemoryMXBean();
        List<Document> kept = new ArrayList<>();
        long weight = 0;
        memory.gc();
        long used = memory.getHeapMemoryUsage().getUsed();
        // So many that it does not matter what else comes and goes meanwhile.
        for (int i = 0; i < WEIGHED; i++) {
            String text = large("w" + i);
            Document document = documents.document(GraphQLRequest.of(Map.of("query", "{ nothing }")), text + " #");
            kept.add(document);
            weight += document.bytes(text);
        }
        memory.gc();
        long held = memory.getHeapMemoryUsage().getUsed() - used;
        assertThat(kept).hasSize(WEIGHED);
        assertThat(weight).as("of %s bytes", held).isBetween(held * 8 / 10, held * 2);
    }

    private static String large(String name) {
        return "query " + name + " { viewer {" + " operator".repeat(FIELDS) + " } }";
    }
}
