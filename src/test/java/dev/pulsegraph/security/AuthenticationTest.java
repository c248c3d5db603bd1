package dev.pulsegraph.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Concurrently;
import dev.pulsegraph.support.Signed;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class AuthenticationTest {
    private static final String VIEWER =
            "{ viewer { user { name email } apiKey { id } operator organizations { nodes { slug } } } }";

    @Inject
    Api api;

    @Inject
    Tokens tokens;

    @Inject
    Superuser superuser;

    @Test
    void without_a_token_nothing_is_answered() {
        Answer answer = api.bearer(null).ask("{ viewer { operator } }");
        assertRefused("no header", answer);
        assertThat(answer.message()).contains("Authorization: Bearer");
        for (String header : List.of("Basic YTpi", "Bearer", "Bearer ", "token abc", "")) {
            assertRefused(
                    "`" + header + "`",
                    api.send(api.bearer(null)
                            .request("/graphql?query=%7Bviewer%7Boperator%7D%7D")
                            .header("Authorization", header)
                            .build()));
        }
    }

    @Test
    void a_bad_token_is_refused_with_a_sentence() throws Exception {
        Map<String, String> bad = new LinkedHashMap<>();
        Instant now = Instant.now();
        bad.put("expired", signed(claims -> claims.expirationTime(Date.from(now.minusSeconds(3600)))));
        bad.put(
                "expired longer ago than clocks differ",
                signed(claims -> claims.expirationTime(Date.from(now.minusSeconds(31)))));
        bad.put("not valid yet", signed(claims -> claims.notBeforeTime(Date.from(now.plusSeconds(60)))));
        bad.put(
                "signed by somebody else",
                Signed.withSecret(Signed.claims(now).build(), "another secret that is long enough for HS256"));
        bad.put("of another issuer", signed(claims -> claims.issuer("https://elsewhere.example")));
        bad.put("of no issuer", signed(claims -> claims.issuer(null)));
        bad.put("for another audience", signed(claims -> claims.audience("elsewhere")));
        bad.put("for no audience", signed(claims -> claims.audience((String) null)));
        bad.put("without an end", signed(claims -> claims.expirationTime(null)));
        bad.put("without a subject", signed(claims -> claims.subject(null)));
        bad.put("with a subject that is no UUID", signed(claims -> claims.subject("auth0|42")));
        bad.put("with an empty subject", signed(claims -> claims.subject("")));
        bad.put("with a number for its subject", signed(claims -> claims.claim("sub", 42)));
        bad.put("whose end is null", withNull("exp"));
        bad.put("whose subject is null", withNull("sub"));
        bad.put("whose issuer is null", withNull("iss"));
        bad.put("whose audience is null", withNull("aud"));
        bad.put("unsigned", new PlainJWT(Signed.claims(now).build()).serialize());
        bad.put(
                "signed by a key of its own",
                Signed.with(
                        new RSASSASigner(new RSAKeyGenerator(2048).generate()),
                        JWSAlgorithm.RS256,
                        null,
                        Signed.claims(now).build()));
        bad.put("tampered with", tamperedWith(signed(claims -> claims)));
        bad.put("without its signature", withoutSignature(signed(claims -> claims)));
        bad.put("not a token", "abc");
        bad.put("of empty parts", "..");
        bad.put("of letters no token has", "ä.ö.ü");
        bad.put("of JSON that is none", encoded("{\"alg\":") + "." + encoded("{}") + ".c2lnbmF0dXJl");
        bad.put("encrypted", encoded("{\"alg\":\"dir\",\"enc\":\"A128GCM\"}") + "..aaaa.bbbb.cccc");
        bad.forEach((name, token) -> assertRefused(name, api.bearer(token).ask("{ viewer { operator } }")));
    }

    @Test
    void a_claim_of_the_wrong_type_gives_nothing_and_keeps_nobody_out() {
        Map<String, String> odd = new LinkedHashMap<>();
        odd.put("roles as one text", signed(claims -> claims.claim("roles", "operator")));
        odd.put("a number among the roles", signed(claims -> claims.claim("roles", List.of(1))));
        odd.put("roles that are null", signed(claims -> claims.claim("roles", null)));
        odd.put("an object for a name", signed(claims -> claims.claim("name", Map.of("first", "Ada"))));
        odd.put("a number for an e-mail", signed(claims -> claims.claim("email", 42)));
        odd.put(
                "half a character for a name",
                Signed.json(Signed.claims(Instant.now())
                        .claim("name", "half")
                        .build()
                        .toString()
                        .replace("half", "\\ud800")));
        odd.forEach((name, token) -> {
            Answer answer = api.bearer(token).ask(VIEWER).succeeded();
            assertThat(answer.at("viewer.operator")).as(name).isEqualTo(false);
            assertThat(answer.at("viewer.user.name")).as(name).isNull();
            assertThat(answer.at("viewer.user.email")).as(name).isNull();
        });
    }

    @Test
    void a_huge_token_is_refused_and_breaks_nothing() {
        try {
            Answer answer = api.bearer(signed(claims -> claims.claim("ballast", "x".repeat(100_000))))
                    .ask("{ viewer { operator } }");
            assertThat(answer.status()).isBetween(400, 499);
        } catch (UncheckedIOException hungUp) {
            // Refused before all of it was sent: the answer may get lost with the connection.
            assertThat(hungUp).hasMessageContaining("header parser received no bytes");
        }
        Answer small = api.bearer("x".repeat(5_000)).ask("{ viewer { operator } }");
        assertRefused("5 kB", small);
        api.as("someone@example.com").ask("{ viewer { operator } }").succeeded();
    }

    @Test
    void a_mutation_is_refused_just_the_same() {
        assertRefused(
                "mutation",
                api.bearer("abc")
                        .ask(
                                "mutation { createOrganization(input: { name: \"A\", slug: \"never-made\" }) { organization { id } } }"));
        assertThat(superuser.number("select count(*) from organizations where slug = 'never-made'"))
                .isZero();
    }

    @Test
    void somebody_new_gets_a_profile_and_sees_nothing() {
        UUID user = UUID.randomUUID();
        Answer answer = asUser(user, "Nina New", "nina@example.com")
                .ask(
                        "{ viewer { user { id name email } apiKey { id } operator organizations { nodes { slug } } } organizations { nodes { slug } } }")
                .succeeded();
        assertThat(answer.text("viewer.user.name")).isEqualTo("Nina New");
        assertThat(answer.text("viewer.user.email")).isEqualTo("nina@example.com");
        assertThat(answer.at("viewer.apiKey")).isNull();
        assertThat(answer.at("viewer.operator")).isEqualTo(false);
        assertThat(answer.list("viewer.organizations.nodes")).isEmpty();
        assertThat(answer.list("organizations.nodes")).isEmpty();
        assertThat(superuser.texts("select name from user_profiles where id = ?", user))
                .containsExactly("Nina New");
    }

    @Test
    void the_profile_follows_the_claims_and_a_missing_claim_changes_nothing() {
        UUID user = UUID.randomUUID();
        assertThat(profile(user, "Ada Byron", "ada@example.com")).isEqualTo("Ada Byron <ada@example.com>");
        assertThat(profile(user, "Ada Lovelace", "ada@lovelace.example"))
                .isEqualTo("Ada Lovelace <ada@lovelace.example>");
        assertThat(profile(user, null, null)).isEqualTo("Ada Lovelace <ada@lovelace.example>");
        assertThat(profile(user, "Ada Byron", "ada@example.com")).isEqualTo("Ada Byron <ada@example.com>");
    }

    @Test
    void many_first_requests_at_once_make_one_profile() {
        UUID user = UUID.randomUUID();
        Callable<Answer> ask = () -> asUser(user, "Twin", "twin@example.com").ask(VIEWER);
        Concurrently.call(IntStream.range(0, 12).mapToObj(i -> ask)).forEach(Answer::succeeded);
        assertThat(superuser.number("select count(*) from user_profiles where id = ?", user))
                .isOne();
    }

    @Test
    void only_an_operator_asks_for_the_system() {
        api.as("owner@example.com").ask("{ system { version } }").failed("FORBIDDEN");
        Answer answer = api.asOperator("operator@example.com")
                .ask("{ system { version } viewer { operator } }")
                .succeeded();
        assertThat(answer.at("viewer.operator")).isEqualTo(true);
        // The claim belongs to the token and not to the person: it is gone with the token.
        api.as("operator@example.com").ask("{ system { version } }").failed("FORBIDDEN");
    }

    @Test
    void the_word_bearer_may_be_written_in_any_case() {
        for (String word : List.of("bearer", "BEARER")) {
            Answer answer = api.send(api.bearer(null)
                    .request("/graphql?query=%7Bviewer%7Boperator%7D%7D")
                    .header("Authorization", word + " " + api.token("case@example.com", false))
                    .build());
            answer.succeeded();
        }
    }

    private String profile(UUID user, @Nullable String name, @Nullable String email) {
        Answer answer = asUser(user, name, email).ask(VIEWER).succeeded();
        return answer.text("viewer.user.name") + " <" + answer.text("viewer.user.email") + ">";
    }

    private Api.As asUser(UUID user, @Nullable String name, @Nullable String email) {
        return api.bearer(tokens.issue(user, name, email, false, Duration.ofHours(1)));
    }

    private static void assertRefused(String name, Answer answer) {
        assertThat(answer.status())
                .as("status of a token %s: %s", name, answer.text())
                .isEqualTo(401);
        answer.failed("UNAUTHENTICATED");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).as(name).contains("Bearer");
        assertThat(answer.message()).as(name).matches("(?s)[A-Z].{10,300}\\.");
        assertThat(answer.body()).as(name).doesNotContainKey("data");
    }

    private static String signed(java.util.function.UnaryOperator<JWTClaimsSet.Builder> change) {
        return Signed.withSecret(change.apply(Signed.claims(Instant.now())).build());
    }

    private static String withNull(String claim) {
        Map<String, Object> claims =
                new LinkedHashMap<>(Signed.claims(Instant.now()).build().toJSONObject());
        claims.put(claim, null);
        return Signed.json(JSONObjectUtils.toJSONString(claims));
    }

    private static String tamperedWith(String token) {
        String[] parts = token.split("\\.");
        String payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        return parts[0] + "." + encoded(payload.replace("{", "{\"roles\":[\"operator\"],")) + "." + parts[2];
    }

    private static String withoutSignature(String token) {
        return token.substring(0, token.lastIndexOf('.') + 1);
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
