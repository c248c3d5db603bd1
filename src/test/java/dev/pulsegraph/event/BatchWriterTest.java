package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Fixtures;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a batch does that is refused as a whole. */
@MicronautTest(transactional = false)
@Property(name = "test.poison", value = "true")
@Property(name = "pulsegraph.ingest.batch-linger", value = "300ms")
class BatchWriterTest {
    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    @Inject
    PoisonSink target;

    private String key = "";

    @BeforeEach
    void begin() {
        key = fixtures.team().apiKey("INGEST");
        target.committed.clear();
        target.refused.clear();
        target.transactions.set(0);
    }

    @Test
    void a_request_at_fault_does_not_harm_those_it_is_written_with() {
        String other = fixtures.team().apiKey("INGEST");
        List<Answer> answers = Concurrently.call(Stream.concat(
                IntStream.range(0, 7).mapToObj(i -> (Callable<Answer>) () -> send(other, List.of("good" + i))),
                Stream.of(() -> send(key, List.of("broken")))));
        assertThat(answers.stream().limit(7).map(Answer::status)).containsOnly(200);
        assertThat(answers.getLast().failed("INTERNAL").status()).isEqualTo(500);
        assertThat(answers.getLast().message()).contains("Correlation ID").doesNotContain("broken");
        assertThat(target.committed).hasSize(7);
        assertThat(target.transactions.get()).isLessThanOrEqualTo(12);
    }

    @Test
    void an_event_that_the_database_refuses_is_found_among_its_like() {
        List<String> ids = IntStream.range(0, 100)
                .mapToObj(i -> i == 41 || i == 77 ? "refused" + i : "good" + i)
                .toList();
        Answer answer = send(key, ids);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).containsEntry("accepted", 98);
        assertThat(answer.text()).contains("\"index\":41", "\"index\":77", "BAD_USER_INPUT");
        assertThat(target.committed).hasSize(98).doesNotHaveDuplicates();
        assertThat(target.refused).containsExactly("refused41", "refused77");
    }

    @Test
    void a_request_of_nothing_but_refusals_is_given_up_after_a_while() {
        List<String> ids = IntStream.range(0, 500).mapToObj(i -> "refused" + i).toList();
        assertThat(send(key, ids).failed("BAD_USER_INPUT").status()).isEqualTo(400);
        assertThat(target.transactions.get()).isBetween(50, 130);
    }

    private Answer send(String withKey, List<String> ids) {
        List<Map<String, Object>> events = ids.stream().map(Events::page).toList();
        return api.send(Events.request(api.uri("/v1/batch"), withKey, Events.batch(events)));
    }
}
