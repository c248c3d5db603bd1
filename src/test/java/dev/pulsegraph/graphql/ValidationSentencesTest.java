package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Fixtures.Team;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A document that is wrong is told so in words of people: what is wrong, what is allowed, what may have been meant. */
@MicronautTest(transactional = false)
class ValidationSentencesTest {
    @Inject
    Api api;

    @Inject
    Fixtures fixtures;

    private Team team;

    @BeforeEach
    void createOrganization() {
        team = fixtures.team();
    }

    @Test
    void an_unknown_field_is_told_with_the_nearest() {
        refuse("{ viewer { usr { name } } }", null, "`Viewer` has no field `usr`. Did you mean `user`?");
        refuse(
                "{ viewer { balance } }",
                null,
                "`Viewer` has no field `balance`. There is `user`, `apiKey`, `operator`, `organizations`.");
        refuse(
                "{ viewer { user { ...F } } } fragment F on User { nam }",
                null,
                "`User` has no field `nam`. Did you mean `name`?");
    }

    @Test
    void an_unknown_argument_is_told_with_the_nearest() {
        refuse(
                "{ organizations(frist: 1) { nodes { name } } }",
                "frist",
                "frist: `Query.organizations` has no such argument. Did you mean `first`?");
        refuse(
                "{ viewer @include(if: true, iff: true) { operator } }",
                "iff",
                "iff: `@include` has no such argument. Did you mean `if`?");
    }

    @Test
    void a_missing_argument_is_told_with_its_type() {
        refuse(
                "{ organization { name } }",
                "slug",
                "slug: is missing; `Query.organization` needs it, of type `String!`.");
        refuse("{ organization(slug: null) { name } }", "slug", "slug: may not be null.");
    }

    @Test
    void an_unknown_enum_value_is_told_with_those_there_are() {
        String sentence = "input.role: `Editor` is not a `Role`; allowed are VIEWER, MEMBER, EDITOR, ADMIN, OWNER."
                + " Did you mean `EDITOR`?";
        refuse(changeRole("Editor"), "role", sentence);
        refuse(changeRole("\"EDITOR\""), "role", "input.role: `Role` is written without quotes: EDITOR.");
        refuse(
                "mutation ($role: Role!) { changeMemberRole(input: {member: \"x\", role: $role}) { member { id } } }",
                Map.of("role", "Editor"),
                "role",
                sentence.replace("input.role", "$role"));
    }

    @Test
    void a_field_of_an_input_that_is_unknown_or_missing_is_told() {
        refuse(
                "mutation { changeMemberRole(input: {member: \"x\", rolle: OWNER}) { member { id } } }",
                "rolle",
                "input.rolle: `ChangeMemberRoleInput` has no such field. Did you mean `role`?");
        refuse(
                "mutation { changeMemberRole(input: {role: OWNER}) { member { id } } }",
                "member",
                "input.member: is missing; `ChangeMemberRoleInput` needs it, a `ID!`.");
        refuse(
                "mutation ($i: ChangeMemberRoleInput!) { changeMemberRole(input: $i) { member { id } } }",
                Map.of("i", Map.of("role", "OWNER")),
                "member",
                "$i.member: is missing; `ChangeMemberRoleInput` needs it, a `ID!`.");
    }

    @Test
    void a_value_of_another_kind_is_told() {
        refuse(
                "{ organizations(first: \"ten\") { nodes { name } } }",
                "first",
                "first: `\"ten\"` is not a whole number of 32 bits.");
        refuse("{ nodes(ids: [\"a\", true]) { id } }", "ids", "ids[1]: `true` is not an id: a text in quotes.");
        refuse(
                "query ($n: Int = \"x\") { organizations(first: $n) { nodes { name } } }",
                "n",
                "$n: `\"x\"` is not a whole number of 32 bits.");
        refuse(
                "query ($n: Int) { organizations(first: $n) { nodes { name } } }",
                Map.of("n", 3_000_000_000L),
                "n",
                "$n: `3000000000` is not a whole number of 32 bits.");
    }

    @Test
    void names_that_do_not_exist_are_told_with_the_nearest() {
        refuse(
                "query ($s: Strng!) { organization(slug: $s) { name } }",
                null,
                "There is no type `Strng`. Did you mean `String`?");
        refuse("{ viewer @skp(if: true) { operator } }", null, "There is no directive `@skp`. Did you mean `skip`?");
        refuse("{ organization(slug: $s) { name } }", null, "The operation uses `$s`, but does not declare it.");
        refuse(
                "{ viewer }",
                null,
                "`viewer` is a `Viewer!`: say which of its fields are wanted, as in `viewer { __typename }`.");
        refuse(
                "query ($n: String) { organization(slug: $n) { name } }",
                null,
                "`$n` is declared as `String`, where `String!` is needed.");
    }

    @Test
    void no_word_tells_of_syntax_trees() {
        for (String query : new String[] {
            "{ viewer { user { name(a: 1) } } }",
            "{ organization(slug: {a: 1}) { name } }",
            "{ organization(slug: [\"a\"]) { name } }",
            "mutation { changeMemberRole(input: 7) { member { id } } }",
            "mutation { changeMemberRole(input: {member: \"x\", role: {a: 1}}) { member { id } } }",
            "{ a: viewer { operator } a: organizations { totalCount } }",
            "query A { viewer { operator } } query A { viewer { operator } }",
            "{ viewer { ...F } }",
            "{ viewer { ... on Post { id } } }"
        }) {
            Answer answer = team.asOwner().ask(query).failed("BAD_USER_INPUT");
            assertThat(answer.message())
                    .as(query)
                    .doesNotContain("Value{", "Validation error", "coerc", "literal", "graphql.")
                    .endsWith(".");
            assertThat(answer.text()).contains("\"locations\"");
        }
    }

    @Test
    void a_variable_that_is_null_is_no_value_for_a_place_with_a_default() {
        refuse(
                "query ($s: String!, $d: Direction) { organization(slug: $s) { posts(orderBy: {field: TITLE, direction: $d})"
                        + " { nodes { id } } } }",
                nulls(Map.of("s", team.slug()), "d"),
                "direction",
                "orderBy.direction: may not be null.");
        refuse(
                "query ($s: String = \"acme\") { organization(slug: $s) { name } }",
                nulls(Map.of(), "s"),
                "slug",
                "slug: may not be null.");
        refuse(
                "query ($i: ID = \"x\") { nodes(ids: [$i]) { id } }",
                nulls(Map.of(), "i"),
                "ids",
                "ids[0]: may not be null.");
        refuse(
                "query ($b: Boolean = true) { ...F @include(if: $b) } fragment F on Query { viewer { operator } }",
                nulls(Map.of(), "b"),
                "if",
                "if: may not be null.");
        team.asOwner()
                .ask(
                        "query ($s: String!, $d: Direction) { organization(slug: $s) { posts(orderBy: {field: TITLE,"
                                + " direction: $d}) { nodes { id } } } }",
                        Map.of("s", team.slug()))
                .succeeded();
    }

    @Test
    void the_root_of_a_subscription_has_no_conditions() {
        for (String root : new String[] {
            "trafficUpdates(organization: \"x\") @skip(if: $s) { visitors }",
            "trafficUpdates(organization: \"x\") @include(if: $s) { visitors }",
            "... @skip(if: $s) { trafficUpdates(organization: \"x\") { visitors } }",
            "...F } fragment F on Subscription { trafficUpdates(organization: \"x\") @skip(if: $s) { visitors }"
        }) {
            String query = "subscription ($s: Boolean!) { " + root + " }";
            Answer socket = team.asOwner().ask(query, Map.of("s", true)).failed("BAD_USER_INPUT");
            assertThat(socket.message()).as(query).endsWith("is not allowed at the root of a subscription.");
            Answer posted = team.asOwner()
                    .posted("{\"query\": \"" + query.replace("\"", "\\\"") + "\", \"variables\": {\"s\": true}}");
            assertThat(posted.status()).isEqualTo(422);
            assertThat(posted.message()).isEqualTo(socket.message());
        }
    }

    private static String changeRole(String role) {
        return "mutation { changeMemberRole(input: {member: \"x\", role: " + role + "}) { member { id } } }";
    }

    private static Map<String, @Nullable Object> nulls(Map<String, ?> given, String name) {
        Map<String, @Nullable Object> variables = new HashMap<>(given);
        variables.put(name, null);
        return variables;
    }

    private void refuse(String query, @Nullable String argument, String sentence) {
        refuse(query, Map.of(), argument, sentence);
    }

    private void refuse(
            String query,
            Map<String, ? extends @Nullable Object> variables,
            @Nullable String argument,
            String sentence) {
        Answer answer = team.asOwner().ask(query, variables).failed("BAD_USER_INPUT");
        assertThat(answer.message()).isEqualTo(sentence);
        assertThat(answer.argument()).as(sentence).isEqualTo(argument);
        assertThat(answer.status()).as(sentence).isEqualTo(422);
    }
}
