package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.TestDatabase;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tables are changed while the server answers, by a newer version or by hand. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AlteredTableTest {
    /** The driver prepares on the server what it has run so often. */
    private static final int WARM = 7;

    @SuppressWarnings("InlineFormatString")
    private static final String EVERYTHING = """
            { organization(slug: "%s") { name members { nodes { role } } auditLog { nodes { action } }
              posts { nodes { title content media { url } } } aiContext { nodes { modelUsed } } rejectedEvents { nodes { code } }
              sessions(range: { from: "2026-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z" }) { nodes { visitor } }
              apiKeys { name } invitations { email } usage { posts } metricDefinitions { name } }
              nodes(ids: ["%s", "%s"]) { id } organizations { nodes { slug } } }""";

    private final TestDatabase database = TestDatabase.migrated();
    private final EmbeddedServer server = database.serve(Map.of("datasources.default.maximum-pool-size", 3));
    private final Api api = server.getApplicationContext().getBean(Api.class);
    private final Fixtures.Team team =
            server.getApplicationContext().getBean(Fixtures.class).team();
    private final String post = team.post("one");
    private final String key = team.apiKey("INGEST");
    private int events;

    @AfterAll
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void a_column_that_is_added_is_noticed_by_nobody() {
        warm(this::everything);
        warm(this::event);
        for (String table :
                database.texts("select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                        + " where n.nspname = 'public' and relkind in ('r', 'p') and not relispartition"
                        + " and relname <> 'flyway_schema_history' order by relname")) {
            database.execute("alter table " + table + " add column added_by_hand text");
        }
        warm(this::everything);
        warm(this::event);
        warm(() -> team.post("another"));
    }

    @Test
    void a_type_that_changes_is_tried_again_in_queries_and_mutations() {
        String log = team.asOwner()
                .ask("mutation { logAiContext(input: { organization: \"" + team.id()
                        + "\", sourceType: \"chat\", contextSummary: \"x\", modelUsed: \"m\" }) { log { id } } }")
                .succeeded()
                .text("logAiContext.log.id");
        Runnable rate = () -> team.asOwner()
                .ask("mutation { rateAiContext(input: { id: \"" + log
                        + "\", feedbackScore: 4 }) { log { modelUsed } } }")
                .succeeded();
        warm(rate);
        warm(this::everything);
        for (String type : List.of("varchar(400)", "text")) {
            database.execute("alter table ai_context_logs alter column model_used type " + type);
            warm(this::everything);
            database.execute("alter table ai_context_logs alter column ai_response type "
                    + (type.equals("text") ? "text" : "varchar(100000)"));
            warm(rate);
        }
    }

    private static void warm(Runnable asked) {
        for (int i = 0; i < WARM; i++) {
            asked.run();
        }
    }

    private void everything() {
        team.asOwner().ask(EVERYTHING.formatted(team.slug(), post, team.id())).succeeded();
    }

    /** Of one visitor, whose session is stored and found again. */
    private void event() {
        assertThat(api.send(HttpRequest.newBuilder(api.uri("/v1/track"))
                                .header("Authorization", "Bearer " + key)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"type\":\"track\",\"event\":\"e\",\"anonymousId\":\"v\",\"messageId\":\"m"
                                                + events++ + "\"}"))
                                .build())
                        .text())
                .contains("\"accepted\":1");
    }
}
