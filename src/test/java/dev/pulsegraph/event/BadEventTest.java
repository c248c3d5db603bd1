package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One event of a batch that is too deep or has a number without end harms no other. */
@MicronautTest(transactional = false)
class BadEventTest {
    @Inject
    Fixtures fixtures;

    @ParameterizedTest
    @ValueSource(ints = {33, 100, 1_100, 10_000})
    void levels(int levels) {
        judge("[".repeat(levels) + "]".repeat(levels), "32 levels");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 1_001, 100_000})
    void digits(int digits) {
        judge("1".repeat(digits), "400 digits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "1e-400", "-1e999999999", "1e99999999999"})
    void exponents(String number) {
        judge(number, "400 digits");
    }

    private void judge(String value, String sentence) {
        Fixtures.Team team = fixtures.team();
        Answer answer = team.api()
                .send(team.api()
                        .bearer(team.apiKey("INGEST"))
                        .request("/v1/batch")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"batch\": [" + event("good", "1") + ", " + event("bad", value)
                                + ", " + event("better", "2") + "]}"))
                        .build());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body()).containsEntry("accepted", 2);
        List<?> rejected = (List<?>) answer.body().get("rejected");
        assertThat(rejected).singleElement().satisfies(one -> {
            Map<?, ?> rejection = (Map<?, ?>) one;
            assertThat(rejection.get("messageId")).isEqualTo("bad");
            assertThat(rejection.get("code")).isEqualTo("BAD_FIELD");
            assertThat(String.valueOf(rejection.get("reason"))).contains(sentence);
        });
    }

    private static String event(String id, String value) {
        return "{\"type\": \"track\", \"event\": \"Done\", \"anonymousId\": \"a\", \"messageId\": \"" + id
                + "\", \"properties\": {\"x\": " + value + "}}";
    }
}
