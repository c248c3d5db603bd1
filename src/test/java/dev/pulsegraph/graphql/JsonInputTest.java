package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.Worlds;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON that is given by variable or by literal is kept as it is, or refused before anything is written. */
@MicronautTest(transactional = false)
class JsonInputTest {
    @SuppressWarnings("InlineFormatString")
    private static final String READ =
            "{ organization(slug: \"%s\") { settings auditLog(first: 5) { nodes { action before after } } } }";

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    private Fixtures.Team team;

    @BeforeEach
    void makeTeam() {
        team = fixtures.team();
    }

    @ParameterizedTest
    @ValueSource(ints = {33, 65, 900, 996, 997, 1_100, 10_000})
    void settings_that_are_too_deep_are_refused_and_nothing_is_harmed(int levels) {
        Answer answer = update("{\"a\":".repeat(levels) + "1" + "}".repeat(levels));
        assertThat(answer.failed("BAD_USER_INPUT").argument()).as(answer.text()).isEqualTo("settings");
        assertThat(answer.message()).contains("32 levels");
        readable();
    }

    @Test
    void settings_of_as_many_levels_as_are_allowed_can_be_read_again() {
        update("{\"a\":".repeat(32) + "1" + "}".repeat(32)).succeeded();
        readable();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "-1e400", "1e131071", "1e-50000000", "1e999999999", "1e99999999999"})
    void numbers_without_end_are_refused(String number) {
        Answer answer = update("{\"a\": " + number + "}");
        assertThat(answer.failed("BAD_USER_INPUT").argument()).isEqualTo("settings");
        Answer literal = team.asOwner().ask(mutation("{ a: " + number + " }"));
        assertThat(literal.code()).as(literal.text()).isEqualTo("BAD_USER_INPUT");
        readable();
    }

    @Test
    void a_number_of_thousands_of_digits_is_refused() {
        assertThat(update("{\"a\": " + "1".repeat(5_000) + "}")
                        .failed("BAD_USER_INPUT")
                        .argument())
                .isEqualTo("settings");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.1234567890123456789012345678901234567890",
                "12345678901234567890.5",
                "123456789012345678901234567890",
                "9007199254740993",
                "1.10"
            })
    void numbers_keep_their_digits(String number) {
        update("{\"a\": " + number + "}").succeeded();
        assertThat(settings()).isEqualTo("{\"a\": " + number + "}");
        assertThat(readable().text()).contains("\"settings\":{\"a\":" + number + "}");
        team.asOwner().ask(mutation("{ b: " + number + " }")).succeeded();
        assertThat(readable().text()).contains("\"settings\":{\"b\":" + number + "}");
    }

    @Test
    void a_literal_of_an_event_is_measured_like_one_of_the_other_ways() {
        Answer answer = team.asOwner()
                .ask("mutation { trackEvents(input: { organization: \"" + team.id() + "\", events: ["
                        + event("m-1", "{ a: [1e131071, 1e131071] }") + event("m-2", "{ a: [1e-131071] }")
                        + event("m-3", "{ a: 1 }")
                        + "] }) { receipts { index status code reason } } }");
        assertThat(answer.succeeded().text("trackEvents.receipts.0.code")).isEqualTo("BAD_FIELD");
        assertThat(answer.text("trackEvents.receipts.1.code")).isEqualTo("BAD_FIELD");
        assertThat(answer.text("trackEvents.receipts.2.status")).isEqualTo("ACCEPTED");
    }

    @Test
    void what_is_too_deep_to_be_answered_is_an_error_of_its_field() {
        superuser.execute(
                "update organizations set settings = (repeat('{\"a\":', 600) || '1' || repeat('}', 600))::jsonb where id = ?",
                UUID.fromString(Worlds.uuid(team.id())));
        Answer answer = team.asOwner().ask("{ organization(slug: \"" + team.slug() + "\") { name settings } }");
        assertThat(answer.status()).as(answer.text()).isNotEqualTo(500);
        assertThat(answer.errors()).isNotEmpty();
        Answer renamed = team.asOwner()
                .ask("mutation { updateOrganization(input: { id: \"" + team.id()
                        + "\", name: \"Another\" }) { organization { name settings } } }");
        assertThat(renamed.status()).as(renamed.text()).isNotEqualTo(500);
        assertThat(renamed.errors()).isNotEmpty();
        assertThat(team.asOwner()
                        .ask("{ organization(slug: \"" + team.slug() + "\") { name } }")
                        .text("organization.name"))
                .isEqualTo("A team");
    }

    @Test
    void half_a_character_in_a_name_is_told_in_an_answer_that_can_be_written() {
        Answer answer = team.asOwner()
                .posted(
                        "{\"query\": \"mutation ($input: TrackEventsInput!) { trackEvents(input: $input) { accepted receipts {"
                                + " messageId status reason } } }\", \"variables\": {\"input\": {\"organization\": \""
                                + team.id()
                                + "\", \"events\": [{\"messageId\": \"a\\ud800\", \"type\": \"PAGE\", \"anonymousId\": \"a\","
                                + " \"timestamp\": \"" + Instant.now() + "\"}]}}}");
        assertThat(answer.succeeded().text("trackEvents.receipts.0.status")).isEqualTo("REJECTED");
        Answer other = team.asOwner()
                .posted(
                        "{\"query\": \"query ($slug: String!) { organization(slug: $slug) { name } }\", \"variables\": {\"slug\":"
                                + " \"a\\ud800\"}}");
        assertThat(other.failed("BAD_USER_INPUT").status()).as(other.text()).isLessThan(500);
    }

    private static String event(String id, String properties) {
        return "{ messageId: \"" + id + "\", type: TRACK, name: \"Done\", anonymousId: \"a\", timestamp: \""
                + Instant.now() + "\", properties: " + properties + " } ";
    }

    private Answer update(String settings) {
        return team.asOwner()
                .posted(
                        "{\"query\": \"mutation ($id: ID!, $settings: JSON) { updateOrganization(input: { id: $id, settings: $settings })"
                                + " { organization { settings } } }\", \"variables\": {\"id\": \"" + team.id()
                                + "\", \"settings\": "
                                + settings + "}}");
    }

    private String mutation(String settings) {
        return "mutation { updateOrganization(input: { id: \"" + team.id() + "\", settings: " + settings
                + " }) { organization { settings } } }";
    }

    private String settings() {
        return superuser.text(
                "select settings::text from organizations where id = ?", UUID.fromString(Worlds.uuid(team.id())));
    }

    private Answer readable() {
        return team.asOwner().ask(READ.formatted(team.slug())).succeeded();
    }
}
