package dev.pulsegraph.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Short texts that mean much: numbers with exponents that fill memory once somebody writes them out. */
final class ValueAttacks {
    private static final String CSV = "metric,entityType,entity,value,recordedAt,metadata\n";
    private static final int LONGEST = 70_000;
    /** So many ways are there. */
    private static final int VALUES = 5;

    private static final int KEPT = 6;

    private ValueAttacks() {}

    static Stream<Attack> all() {
        List<String> numbers = Lines.of("numbers.txt");
        return Stream.of(
                Attack.of(
                                "sends numbers of endless digits as values",
                                (attacker, turn) -> value(attacker, turn, numbers.get(turn / VALUES % numbers.size())))
                        .within(3)
                        // What is too small for a number of GraphQL is 0 there.
                        .answered(
                                "200",
                                "200 NOT_FINITE",
                                "429 RATE_LIMITED",
                                "(400|422) (BAD_USER_INPUT|LIMIT_EXCEEDED)")
                        .orRather("200 BAD_[A-Z_]+"),
                Attack.of(
                                "has numbers of endless digits kept as JSON",
                                (attacker, turn) -> json(attacker, turn, numbers.get(turn / KEPT % numbers.size())))
                        .within(3)
                        .answered("200", "200 [A-Z_]+", "429 RATE_LIMITED", "(294|400|413|422) [A-Z_]+")
                        .then((attacker, tally) -> assertThat(
                                        attacker.world().database().texts("""
                                select greatest(
                                  (select max(length(properties::text)) from analytics_events),
                                  (select max(length(metadata::text)) from ai_context_logs),
                                  (select max(length(settings::text)) from organizations))"""))
                                .as("the longest text that was kept")
                                .allSatisfy(length ->
                                        assertThat(Long.parseLong(length)).isLessThan(LONGEST))));
    }

    /** One of the ways in which a number becomes a value. */
    private static Reply value(Attacker attacker, int turn, String number) throws InterruptedException {
        String uuid = UUID.randomUUID().toString();
        return switch (turn % VALUES) {
            case 0 ->
                attacker.post(
                        "/v1/metrics",
                        attacker.key("write"),
                        "text/csv",
                        CSV + "likes,ACCOUNT," + uuid + "," + number + ",2026-01-01T00:00:00Z,\n");
            case 1 ->
                attacker.post(
                        "/v1/metrics", attacker.key("write"), "application/x-ndjson", sample(uuid, number) + "\n");
            case 2 ->
                attacker.post(
                        "/v1/embeddings",
                        attacker.key("write"),
                        "application/x-ndjson",
                        "{\"entityType\":\"ACCOUNT\",\"entity\":\"" + uuid
                                + "\",\"sourceField\":\"f\",\"model\":\"own\",\"vector\":[" + number + ",1]}\n");
            case 3 ->
                attacker.post(
                        "/graphql",
                        attacker.token(),
                        "application/json",
                        "{\"query\":\"mutation ($s: [MetricSampleInput!]!) { recordMetrics(input: { organization: \\\""
                                + attacker.id()
                                + "\\\", samples: $s }) { rejected { code } } }\",\"variables\":{\"s\":["
                                + sample(uuid, number) + "]}}");
            default -> attacker.ask("""
                        mutation { recordMetrics(input: { organization: "$id", samples: [{
                          metric: "likes", entityType: ACCOUNT, entity: "$uuid", recordedAt: "2026-01-01T00:00:00Z", value: %s
                        }] }) { rejected { code } } }""".formatted(number));
        };
    }

    private static String sample(String entity, String number) {
        return "{\"metric\":\"likes\",\"entityType\":\"ACCOUNT\",\"entity\":\"" + entity
                + "\",\"recordedAt\":\"2026-01-01T00:00:00Z\",\"value\":" + number + "}";
    }

    /** One of the ways in which JSON is kept as it comes, here four thousand times the same number. */
    private static Reply json(Attacker attacker, int turn, String number) throws InterruptedException {
        String list = "{a:[" + (number + " ").repeat(Math.max(1, 44_000 / (number.length() + 1))) + "]}";
        String array = list.replace("{a:", "{\"a\":").replace(" ]", "]").replace(" ", ",");
        return switch (turn % KEPT) {
            case 0 -> attacker.ask("""
                    mutation { trackEvents(input: { organization: "$id", events: [{
                      messageId: "m%d", type: TRACK, name: "n", anonymousId: "a", timestamp: "%s", properties: %s
                    }] }) { receipts { status code } } }""".formatted(turn, java.time.Instant.now(), list));
            case 1 ->
                attacker.post(
                        "/v1/track",
                        attacker.key("ingest"),
                        "application/json",
                        "{\"event\":\"e\",\"anonymousId\":\"a\",\"properties\":" + array + "}");
            case 2 -> attacker.ask("""
                    mutation { updateOrganization(input: { id: "$id", settings: %s }) { organization { id } } }""".formatted(list));
            case 3 -> attacker.ask("""
                    mutation { logAiContext(input: { organization: "$id", sourceType: "chat", contextSummary: "c", metadata: %s }) {
                      log { id }
                    } }""".formatted(list));
            case 4 ->
                attacker.post(
                        "/graphql",
                        attacker.token(),
                        "application/json",
                        "{\"query\":\"mutation ($s: JSON) { updateOrganization(input: { id: \\\"" + attacker.id()
                                + "\\\", settings: $s }) { organization { id } } }\",\"variables\":{\"s\":" + array
                                + "}}");
            default ->
                attacker.post(
                        "/v1/metrics",
                        attacker.key("write"),
                        "text/csv",
                        CSV + "likes,ACCOUNT," + UUID.randomUUID() + ",1,2026-01-01T00:00:00Z,\""
                                + array.replace("\"", "\"\"") + "\"\n");
        };
    }
}
