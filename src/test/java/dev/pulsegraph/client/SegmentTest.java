package dev.pulsegraph.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.segment.analytics.Analytics;
import com.segment.analytics.Callback;
import com.segment.analytics.messages.AliasMessage;
import com.segment.analytics.messages.GroupMessage;
import com.segment.analytics.messages.IdentifyMessage;
import com.segment.analytics.messages.Message;
import com.segment.analytics.messages.MessageBuilder;
import com.segment.analytics.messages.PageMessage;
import com.segment.analytics.messages.ScreenMessage;
import com.segment.analytics.messages.TrackMessage;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Fixtures.Team;
import dev.pulsegraph.support.NodeScript;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Segment's libraries and RudderStack's, unmodified: each call becomes the row it should, once. */
@MicronautTest(transactional = false)
class SegmentTest {
    private static final Map<String, Object> CODES =
            Map.of("userCode", "olivia", "shareCode", "fair", "contactId", "c1");

    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @ParameterizedTest
    @ValueSource(strings = {"", "/"})
    void the_library_for_java_is_understood(String slash) throws InterruptedException {
        Team team = fixtures.team();
        String prefix = Fixtures.unique("java");
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        CountDownLatch told = new CountDownLatch(8);
        Analytics analytics = Analytics.builder(team.apiKey("INGEST"))
                .endpoint(host() + slash)
                .callback(new Callback() {
                    @Override
                    public void success(@Nullable Message message) {
                        told.countDown();
                    }

                    @Override
                    public void failure(@Nullable Message message, Throwable failure) {
                        failures.add(failure);
                        told.countDown();
                    }
                })
                .build();
        for (MessageBuilder<?, ?> message : List.<MessageBuilder<?, ?>>of(
                PageMessage.builder("Home").messageId(prefix + "-page").properties(with("pageType", "home", prefix)),
                ScreenMessage.builder("Settings").messageId(prefix + "-screen").properties(with("screen", 1, prefix)),
                click(prefix),
                click(prefix),
                TrackMessage.builder("Signed Up").messageId(prefix + "-track").properties(Map.of("plan", "pro")),
                IdentifyMessage.builder().messageId(prefix + "-identify").traits(Map.of("name", "Olivia")),
                GroupMessage.builder("acme").messageId(prefix + "-group").traits(Map.of("size", 4)),
                AliasMessage.builder(prefix + "-before").messageId(prefix + "-alias"))) {
            message.userId(prefix + "-user");
            analytics.enqueue(message);
        }
        analytics.flush();
        assertThat(told.await(20, TimeUnit.SECONDS))
                .as("each message was told of")
                .isTrue();
        analytics.shutdown();
        assertThat(failures).isEmpty();
        assertThatAllIsStored(team, prefix);
    }

    @Test
    void the_example_for_java_ends_its_endpoint_with_a_slash() throws IOException {
        assertThat(Files.readString(Path.of("docs/traffic.md"))).contains(".endpoint(\"https://pulsegraph.example/\")");
    }

    @ParameterizedTest
    @CsvSource({"segment.mjs, ''", "segment.mjs, /", "rudderstack.mjs, ''", "rudderstack.mjs, /"})
    void the_libraries_for_node_are_understood(String script, String slash) throws IOException, InterruptedException {
        Team team = fixtures.team();
        String prefix = Fixtures.unique("node");
        Process node = NodeScript.start(script, host() + slash, team.apiKey("INGEST"), prefix);
        String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor()).as(said).isZero();
        assertThatAllIsStored(team, prefix);
    }

    private static MessageBuilder<?, ?> click(String prefix) {
        return TrackMessage.builder("Click")
                .messageId(prefix + "-click")
                .properties(with("clickTarget", "socialChannels.mastodon", prefix));
    }

    private static Map<String, Object> with(String name, Object value, String prefix) {
        Map<String, Object> properties = new HashMap<>(CODES);
        properties.put("sessionId", prefix + "-session");
        properties.put(name, value);
        return properties;
    }

    private void assertThatAllIsStored(Team team, String prefix) {
        String codes = "user_code || ' ' || share_code || ' ' || contact_id || ' '";
        assertThat(rows(
                        team,
                        "select " + codes
                                + " || page_type || ' ' || r.name || ' ' || visitor from analytics_page_views r"))
                .containsExactlyInAnyOrder(
                        "olivia fair c1 home Home user:" + prefix + "-user",
                        "olivia fair c1 screen Settings user:" + prefix + "-user");
        assertThat(rows(
                        team,
                        "select " + codes
                                + " || click_category || ' ' || click_target || ' ' || r.name from analytics_clicks r"))
                .containsExactly("olivia fair c1 social socialChannels.mastodon Click");
        assertThat(rows(team, "select type || ' ' || coalesce(r.name, '-') || ' ' || user_id from analytics_events r"))
                .containsExactlyInAnyOrder(
                        "track Signed Up " + prefix + "-user",
                        "identify - " + prefix + "-user",
                        "group - " + prefix + "-user",
                        "alias - " + prefix + "-user");
        assertThat(
                        rows(
                                team,
                                "select coalesce(properties->>'plan', properties->>'name', properties->>'size', properties->>'previousId') from analytics_events r"))
                .containsExactlyInAnyOrder("pro", "Olivia", "4", prefix + "-before");
        assertThat(rows(team, "select session_id || ' ' || page_views || ' ' || clicks from analytics_sessions r"))
                .containsExactly(prefix + "-session 2 1");
        assertThat(rows(team, "select total_page_views || ' ' || total_clicks from analytics_daily_stats r"))
                .containsExactly("2 1");
    }

    private String host() {
        return api.uri("").toString();
    }

    private List<@Nullable String> rows(Team team, String select) {
        return superuser.texts(
                select + " join organizations o on o.id = r.organization_id where o.slug = ?", team.slug());
    }
}
