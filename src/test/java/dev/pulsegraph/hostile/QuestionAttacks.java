package dev.pulsegraph.hostile;

import dev.pulsegraph.security.Secret;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What is asked by GraphQL and costs much: memory, time of the database, or both. */
final class QuestionAttacks {
    private static final String[] REFUSED = {"422 LIMIT_EXCEEDED", "429 RATE_LIMITED", "503 UNAVAILABLE"};
    private static final String[] BOUNDED = {
        "200", "(294|422) (LIMIT_EXCEEDED|TIMEOUT)", "429 RATE_LIMITED", "503 UNAVAILABLE"
    };
    private static final int CHUNKS = 2400;
    private static final int DIMENSIONS = 384;

    private QuestionAttacks() {}

    static Stream<Attack> all() {
        List<String> points = documents("millions-of-points.txt");
        List<String> texts = documents("megabytes-of-text.txt");
        List<String> searches = Lines.of("searches.txt");
        return Stream.of(
                Attack.of(
                                "asks for millions of points",
                                (attacker, turn) -> attacker.ask(points.get(turn % points.size())))
                        .lasting(6)
                        .answered(REFUSED)
                        .orRather("(294|422) LIMIT_EXCEEDED"),
                Attack.of(
                                "asks for megabytes of text under many aliases",
                                (attacker, turn) -> attacker.ask(texts.get(turn % texts.size())))
                        .having(QuestionAttacks::addTexts)
                        .lasting(8)
                        .answered(BOUNDED),
                Attack.of(
                                "asks sixty times at once for what thousands of vectors are like",
                                (attacker, turn) -> attacker.ask("""
                                        { organization(slug: "$slug") {
                                          similar(input: { entity: "$uuid", entityType: ACCOUNT, model: "own" }) { returned }
                                        } }"""))
                        .having(QuestionAttacks::addVectors)
                        .by(60)
                        .lasting(8)
                        .answered(BOUNDED)
                        .orRather("429 RATE_LIMITED", "503 UNAVAILABLE"),
                Attack.of(
                                "looks for texts that search engines choke on",
                                (attacker, turn) -> attacker.ask(
                                        """
                                        query ($slug: String!, $text: String!) { organization(slug: $slug) {
                                          similar(input: { text: $text, mode: HYBRID }) { returned }
                                        } }""",
                                        Map.of(
                                                "slug",
                                                attacker.slug(),
                                                "text",
                                                repeated(searches.get(turn % searches.size())))))
                        .having(QuestionAttacks::addTexts)
                        .answered("200", "429 RATE_LIMITED")
                        .orRather("200"));
    }

    /** Each line is a number of aliases and a field of an organization. */
    private static List<String> documents(String file) {
        return Lines.of(file).stream()
                .map(line -> {
                    int aliases = Integer.parseInt(line.substring(0, line.indexOf(' ')));
                    String field = line.substring(line.indexOf(' ') + 1);
                    return IntStream.range(0, aliases)
                            .mapToObj(i -> "a" + i + ": " + field)
                            .collect(Collectors.joining(" ", "{ organization(slug: \"$slug\") { ", " } }"));
                })
                .toList();
    }

    /** Each line is a number and what is to be repeated so often. */
    private static String repeated(String line) {
        int space = line.indexOf(' ');
        return line.substring(space + 1).repeat(Integer.parseInt(line.substring(0, space)));
    }

    /** Two hundred posts and logs of 90,000 characters, and settings of 60,000. */
    static void addTexts(Attacker attacker) {
        String organization = "'" + attacker.organization() + "'::uuid";
        attacker.world().database().execute("""
                insert into posts_core (organization_id, id, title)
                  select %1$s, gen_random_uuid(), 'Post ' || n from generate_series(1, 200) n;
                insert into posts_content (organization_id, post_id, content)
                  select %1$s, id, repeat('words ', 15000) from posts_core where organization_id = %1$s;
                insert into ai_context_logs (organization_id, source_type, context_summary, ai_response)
                  select %1$s, 'chat', repeat('words ', 3000), repeat('words ', 15000) from generate_series(1, 200);
                update organizations set settings = jsonb_build_object('a', repeat('words ', 10000)) where id = %1$s;
                """.formatted(organization));
    }

    /** An account with as many vectors as go in, sent as anybody may. */
    private static void addVectors(Attacker attacker) throws InterruptedException {
        var random = new Random(1);
        String lines = IntStream.range(0, CHUNKS)
                .mapToObj(chunk -> "{\"entityType\":\"ACCOUNT\",\"entity\":\"" + attacker.organization()
                        + "\",\"sourceField\":\"f" + chunk / 100 + "\",\"chunkIndex\":" + chunk % 100
                        + ",\"model\":\"own\",\"vector\":" + vector(random) + "}\n")
                .collect(Collectors.joining());
        Reply reply = attacker.post("/v1/embeddings", attacker.key("write"), "application/x-ndjson", lines);
        System.out.println("  vectors: " + reply.kind() + " "
                + reply.text().substring(Math.max(0, reply.text().length() - 120)));
    }

    private static String vector(Random random) {
        return random.doubles(DIMENSIONS, -1, 1)
                .mapToObj(value -> "%.4f".formatted(value))
                .collect(Collectors.joining(",", "[", "]"));
    }

    /** What somebody sends as a document, each time another, of nearly as many fields as there may be. */
    static Stream<Attack> documents() {
        String fields = "__typename ".repeat(9_980);
        return Stream.of(
                Attack.of(
                                "sends documents with an invented key, each another",
                                (attacker, turn) -> attacker.ask("pgk_" + turn, named(turn, fields), Map.of()))
                        .by(8)
                        .lasting(8)
                        .answered("429 RATE_LIMITED")
                        .orRather("401 UNAUTHENTICATED"),
                Attack.of(
                                "has invented documents kept under their hashes",
                                (attacker, turn) -> attacker.post(
                                        "/graphql",
                                        "pgk_" + turn,
                                        "application/json",
                                        attacker.world().json().line(persisted(named(turn, fields)))))
                        .by(8)
                        .answered("429 RATE_LIMITED")
                        .orRather("401 UNAUTHENTICATED"),
                Attack.of(
                                "sends documents of their own, each another",
                                (attacker, turn) -> attacker.post(
                                        "/graphql",
                                        attacker.token(),
                                        "application/json",
                                        attacker.world()
                                                .json()
                                                .line(persisted(
                                                        turn % 2 == 0
                                                                ? named(turn, fields)
                                                                : named(turn, "unknown ".repeat(9_980))))))
                        .by(4)
                        .lasting(8)
                        .answered("200", "422 .*", "429 RATE_LIMITED", "503 UNAVAILABLE"));
    }

    private static String named(int turn, String fields) {
        return "query Q" + turn + UUID.randomUUID().toString().replace("-", "") + " { " + fields + "}";
    }

    static Map<String, Object> persisted(String document) {
        return Map.of("query", document, "extensions", Map.of("persistedQuery", hashed(document)));
    }

    static Map<String, Object> hashed(String document) {
        return Map.of("version", 1, "sha256Hash", new Secret(document).sha256());
    }
}
