package dev.pulsegraph.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What an account can make more and more of. */
final class AccountAttacks {
    private static final int KEYS = 30;
    private static final int MONTHS = 323;
    /** A month each for the newest years, and a few more; one each since 2000 would be some 700. */
    private static final int MAX_PARTITIONS = 150;

    private AccountAttacks() {}

    static Stream<Attack> all() {
        Map<UUID, List<String>> keys = new ConcurrentHashMap<>();
        return Stream.of(
                endless(
                        "founds organizations without end",
                        "createOrganization(input: { name: \"x\", slug: \"$new\" }) { organization { id } }"),
                endless(
                        "makes keys without end",
                        "createApiKey(input: { organization: \"$id\", name: \"x\", scopes: [READ] }) { secret }"),
                endless(
                        "invites without end",
                        "inviteMember(input: { organization: \"$id\", email: \"$new@attack.example\", role: VIEWER }) { token }"),
                Attack.of("has thirty keys, each with a share of its own", (attacker, turn) -> {
                            List<String> all = keys.computeIfAbsent(
                                    attacker.organization(),
                                    any -> IntStream.range(0, KEYS)
                                            .mapToObj(i -> attacker.world().key(attacker.organization(), "read"))
                                            .toList());
                            return attacker.ask(
                                    all.get(turn % KEYS),
                                    attacker.filled(
                                            "{ organization(slug: \"$slug\") { a: posts(first: 200) { nodes { id title } } b: posts(first: 200) { nodes { id title } } c: posts(first: 200) { nodes { id title } } d: posts(first: 200) { nodes { id title } } e: posts(first: 200) { nodes { id title } } f: posts(first: 200) { nodes { id title } } } }"),
                                    Map.of());
                        })
                        .having(QuestionAttacks::addTexts)
                        .by(8)
                        .lasting(8)
                        .answered("200", "503 UNAVAILABLE")
                        .orRather("429 RATE_LIMITED"),
                Attack.of(
                                "has the provider asked for unknown keys while it drips",
                                (attacker, turn) -> attacker.ask(
                                        HostileWorld.tokenOfProvider(attacker.user(), "unknown" + turn),
                                        "{ viewer { operator } }",
                                        Map.of()))
                        .having(attacker -> attacker.world().provider().drip())
                        .by(50)
                        .lasting(6)
                        .orRather("401 UNAUTHENTICATED")
                        .then((attacker, tally) -> attacker.world().provider().flow()),
                Attack.of(
                                "records a sample of each month since 2000",
                                (attacker, turn) -> attacker.ask(
                                        "mutation ($s: [MetricSampleInput!]!) { recordMetrics(input: { organization: \""
                                                + attacker.id() + "\", samples: $s }) { written rejected { code } } }",
                                        Map.of("s", months(attacker))))
                        .by(1)
                        .answered("200", "200 BAD_TIME", "422 LIMIT_EXCEEDED", "429 RATE_LIMITED")
                        .then((attacker, tally) -> assertThat(attacker.world()
                                        .database()
                                        .texts("select count(*) from pg_class where relispartition and relkind = 'r'"))
                                .as("partitions")
                                .allSatisfy(count ->
                                        assertThat(Integer.parseInt(count)).isLessThan(MAX_PARTITIONS))));
    }

    /** A mutation that makes another of something each time, until somebody says that it is enough. */
    private static Attack endless(String name, String mutation) {
        return Attack.of(
                        name,
                        (attacker, turn) -> attacker.ask(
                                "mutation { " + mutation.replace("$new", "new-" + UUID.randomUUID()) + " }"))
                .by(2)
                .answered("200", "422 CONFLICT", "429 RATE_LIMITED")
                .orRather("(294|422) LIMIT_EXCEEDED");
    }

    private static List<Map<String, Object>> months(Attacker attacker) {
        return IntStream.range(0, MONTHS)
                .mapToObj(month -> Map.<String, Object>of(
                        "metric",
                        "likes",
                        "entityType",
                        "ACCOUNT",
                        "entity",
                        attacker.organization().toString(),
                        "value",
                        month,
                        "recordedAt",
                        LocalDate.of(2000, 1, 1).plusMonths(month) + "T00:00:00Z"))
                .collect(Collectors.toList());
    }
}
