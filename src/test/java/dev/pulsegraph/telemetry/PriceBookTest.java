package dev.pulsegraph.telemetry;

import static dev.pulsegraph.support.StatementCounts.AROUND_A_QUERY;
import static dev.pulsegraph.support.StatementCounts.statements;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.RoleSql;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.telemetry.PriceOracle.Price;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(transactional = false)
class PriceBookTest {
    private static final String SET =
            "mutation ($input: SetModelPriceInput!) { setModelPrice(input: $input) { price { pattern } } }";
    private static final List<String> PATTERNS = List.of(
            "gpt-4",
            "gpt-4*",
            "gpt-4o",
            "gpt-4o*",
            "gpt-4o-2024*",
            "gpt-4o-2024-08-06",
            "gpt-4o-mini",
            "gpt-*",
            "house-model",
            "house-model*",
            "*");
    private static final List<String> MODELS = List.of(
            "gpt-4",
            "gpt-4-0613",
            "gpt-4-turbo",
            "gpt-4o",
            "GPT-4o",
            "gpt-4o-2024-08-06",
            "gpt-4o-2024-11-20",
            "gpt-4o-latest",
            "gpt-4o@20240806",
            "gpt-4o-20240806",
            "gpt-4o-mini",
            "gpt-4o-mini-2024-07-18",
            "house-model",
            "house-model-0613",
            "house-model-06130",
            "house-model-1",
            "claude-3-5-sonnet-20241022",
            "else");

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void the_price_that_holds_is_the_one_of_the_oracle(long seed) {
        var random = new Random(seed);
        UUID organization = uuid(fixtures.team());
        List<Price> book = listed();
        for (String pattern : PATTERNS) {
            for (int i = random.nextInt(3); i > 0; i--) {
                Price price = new Price(
                        true,
                        pattern,
                        Instant.parse("2023-01-01T00:00:00Z").plusSeconds(random.nextInt(100_000_000)),
                        BigDecimal.valueOf(random.nextInt(100_000), 3),
                        BigDecimal.valueOf(random.nextInt(100_000), 3));
                book.add(price);
                insert(organization, price);
            }
        }
        int priced = 0;
        for (String model : MODELS) {
            for (int i = 0; i < 10; i++) {
                Instant at = Instant.parse("2022-06-01T00:00:00Z").plusSeconds(random.nextInt(140_000_000));
                int input = random.nextInt(1_000_000);
                int output = random.nextInt(1_000_000);
                Optional<BigDecimal> expected =
                        PriceOracle.holds(book, model, at).map(price -> PriceOracle.cost(price, input, output));
                List<@Nullable String> cost = superuser.texts("""
                        select app.token_cost(?, ?, p.input_per_million, p.output_per_million)
                        from app.model_price(?, ?, cast(? as timestamptz)) p
                        """, input, output, organization, model, at.toString());
                assertThat(cost.stream().map(BigDecimal::new).findFirst())
                        .as("%s at %s of %s", model, at, book)
                        .usingValueComparator(BigDecimal::compareTo)
                        .isEqualTo(expected);
                priced += cost.size();
            }
        }
        assertThat(priced).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o, 0.0125",
        "gpt-4o-2024-08-06, 0.0125",
        "gpt-4o-2024-05-13, 0.02",
        "gpt-4o-mini, 0.00075",
        "gpt-4.1-mini, 0.002",
        "gpt-4, 0.09",
        "gpt-4-0613, 0.09",
        "gpt-5-mini, 0.00225"
    })
    void a_thousand_tokens_of_each_cost_what_the_list_says(String model, BigDecimal cost) throws SQLException {
        assertThat(calculated(owner(fixtures.team()), model, 1000, 1000)).isEqualByComparingTo(cost);
    }

    @Test
    void a_model_without_a_price_costs_nothing_known() throws SQLException {
        UUID owner = owner(fixtures.team());
        assertThat(calculated(owner, "nobody-knows-it", 1000, 1000)).isNull();
        assertThat(calculated(owner, "gpt-4o", null, 1000)).isNull();
        assertThatThrownBy(() -> calculated(owner, "gpt-4o", -1, 0)).hasMessageContaining("not negative");
    }

    @Test
    void a_price_of_the_organization_holds_for_it_alone_and_from_its_time_on() throws SQLException {
        var team = fixtures.team();
        set(team, "gpt-4o", "2026-01-01T00:00:00Z", 1, 2).succeeded();
        set(team, "gpt-4o", "2099-01-01T00:00:00Z", 100, 200).succeeded();
        assertThat(calculated(owner(team), "gpt-4o-2024-08-06", 1_000_000, 1_000_000))
                .isEqualByComparingTo("3");
        assertThat(calculated(owner(fixtures.team()), "gpt-4o-2024-08-06", 1_000_000, 1_000_000))
                .isEqualByComparingTo("12.5");
    }

    @Test
    void who_is_in_organizations_of_different_prices_is_told_so() throws SQLException {
        var team = fixtures.team();
        var other = fixtures.team();
        superuser.execute(
                "insert into organization_members (organization_id, id, user_id, role, status) values (?, gen_random_uuid(), ?, 'viewer', 'active')",
                uuid(other),
                owner(team));
        assertThat(calculated(owner(team), "gpt-4o", 1_000_000, 0)).isEqualByComparingTo("2.5");
        set(team, "gpt-4o", "2026-01-01T00:00:00Z", 1, 2).succeeded();
        assertThatThrownBy(() -> calculated(owner(team), "gpt-4o", 1_000_000, 0))
                .hasMessageContaining("different prices");
    }

    @Test
    void each_listed_price_says_where_it_is_from_and_can_fit() {
        assertThat(superuser.texts("select source from listed_model_prices"))
                .hasSizeGreaterThan(20)
                .allSatisfy(source -> assertThat(source).startsWith("https://"));
        assertThat(superuser.texts("select pattern from listed_model_prices"))
                .allSatisfy(pattern -> assertThat(pattern).matches("[a-z0-9.-]+"));
    }

    @Test
    void an_organization_has_at_most_1000_prices() {
        var team = fixtures.team();
        superuser.execute("""
                insert into model_prices (organization_id, pattern, valid_from, input_per_million, output_per_million)
                select ?, 'model-' || n, '2026-01-01T00:00:00Z', 1, 1 from generate_series(1, 1000) n
                """, uuid(team));
        Answer refused = set(team, "more", "2026-01-01T00:00:00Z", 1, 1).failed("LIMIT_EXCEEDED");
        assertThat(refused.argument()).isEqualTo("pattern");
        set(team, "model-1", "2026-01-01T00:00:00Z", 2, 2).succeeded();
    }

    @Test
    void a_price_book_is_one_statement_however_many_prices_it_has() {
        var team = fixtures.team();
        String query = "{ organization(slug: \"" + team.slug()
                + "\") { priceBook { pattern inputPerMillion } gpt: priceBook(model: \"gpt-4o\") { pattern } } }";
        set(team, "one", "2026-01-01T00:00:00Z", 1, 1).succeeded();
        int before = statements(team.asOwner(), query).size();
        set(team, "two", "2026-01-01T00:00:00Z", 1, 1).succeeded();
        assertThat(statements(team.asOwner(), query)).hasSize(before);
        assertThat(before).isLessThanOrEqualTo(AROUND_A_QUERY + 3);
    }

    @Test
    void prices_are_in_the_order_in_which_they_win() {
        var team = fixtures.team();
        set(team, "gpt-*", "2026-01-01T00:00:00Z", 1, 1).succeeded();
        set(team, "gpt-4o", "2026-02-01T00:00:00Z", 2, 2).succeeded();
        set(team, "gpt-4o", "2026-03-01T00:00:00Z", 3, 3).succeeded();
        Answer answer = team.asOwner()
                .ask("{ organization(slug: \"" + team.slug()
                        + "\") { priceBook(model: \"gpt-4o-2024-08-06\") { pattern inputPerMillion own } } }")
                .succeeded();
        assertThat(answer.list("organization.priceBook").stream()
                        .map(price ->
                                ((Map<?, ?>) price).get("pattern") + " " + ((Map<?, ?>) price).get("inputPerMillion"))
                        .toList())
                .containsExactly(
                        "gpt-4o 3.0", "gpt-4o 2.0", "gpt-* 1.0", "gpt-4o-2024-08-06 2.5", "gpt-4o 2.5", "gpt-4o 5.0");
    }

    private List<Price> listed() {
        return superuser
                .texts(
                        "select concat_ws(' ', pattern, to_char(valid_from at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), input_per_million, output_per_million) from listed_model_prices")
                .stream()
                .map(line -> String.valueOf(line).split(" ", -1))
                .map(price -> new Price(
                        false, price[0], Instant.parse(price[1]), new BigDecimal(price[2]), new BigDecimal(price[3])))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private void insert(UUID organization, Price price) {
        superuser.execute(
                "insert into model_prices (organization_id, pattern, valid_from, input_per_million, output_per_million) values (?, ?, cast(? as timestamptz), ?, ?)",
                organization,
                price.pattern(),
                price.validFrom().toString(),
                price.input(),
                price.output());
    }

    private static Answer set(Fixtures.Team team, String pattern, String from, double input, double output) {
        return team.asOwner()
                .ask(
                        SET,
                        Map.of(
                                "input",
                                Map.of(
                                        "organization",
                                        team.id(),
                                        "pattern",
                                        pattern,
                                        "validFrom",
                                        from,
                                        "inputPerMillion",
                                        input,
                                        "outputPerMillion",
                                        output)));
    }

    /** By SQL, as a user. */
    private @Nullable BigDecimal calculated(UUID user, String model, @Nullable Integer input, @Nullable Integer output)
            throws SQLException {
        String cost = RoleSql.of(superuser, user)
                .attempt("select calculate_chat_cost('" + model + "', " + input + ", " + output + ")")
                .getFirst();
        return cost.equals("null") ? null : new BigDecimal(cost);
    }

    private UUID owner(Fixtures.Team team) {
        return superuser.ownerOf(uuid(team));
    }

    private static UUID uuid(Fixtures.Team team) {
        return GlobalId.decode("id", team.id()).uuid();
    }
}
