package dev.pulsegraph.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.support.KeySetServer;
import dev.pulsegraph.support.Signed;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final RSAKey FIRST = rsa("first");
    private static final RSAKey SECOND = rsa("second");

    @TempDir
    Path directory;

    @Test
    void a_token_of_ours_is_read_as_it_was_issued() {
        Tokens tokens = tokens(Signed.SECRET, null);
        UUID user = UUID.randomUUID();
        var read = tokens.verify(tokens.issue(user, "Ada", "ada@example.com", true, Duration.ofHours(1)));
        assertThat(read).isEqualTo(new Credentials.Token(user, "Ada", "ada@example.com", true));
        assertThat(tokens.verify(tokens.issue(user, null, null, false, Duration.ofHours(1))))
                .isEqualTo(new Credentials.Token(user, null, null, false));
    }

    @Test
    void clocks_may_differ_by_the_leeway_and_no_more() {
        Tokens tokens = tokens(Signed.SECRET, null);
        String ending = signed(claims -> claims.expirationTime(at(-29)));
        assertThat(tokens.verify(ending)).isNotNull();
        assertThat(tokens.end(ending)).isEqualTo(NOW.plusSeconds(1));
        refused(tokens, signed(claims -> claims.expirationTime(at(-30))), "Expired");
        assertThat(tokens.verify(signed(claims -> claims.notBeforeTime(at(29)))))
                .isNotNull();
        refused(tokens, signed(claims -> claims.notBeforeTime(at(31))), "before use time");
        assertThat(tokens.verify(signed(claims -> claims.issueTime(at(600))))).isNotNull();
    }

    @Test
    void a_token_that_was_accepted_expires() {
        var now = new AtomicReference<>(NOW);
        var settings = new JwtSettings(Signed.SECRET, "", null, "pulsegraph", "pulsegraph", Duration.ofSeconds(30));
        Tokens tokens = new Tokens(
                settings,
                new Clock() {
                    @Override
                    public Instant instant() {
                        return now.get();
                    }

                    @Override
                    public ZoneId getZone() {
                        return ZoneOffset.UTC;
                    }

                    @Override
                    public Clock withZone(ZoneId zone) {
                        return this;
                    }
                },
                null);
        String ending = signed(claims -> claims.expirationTime(at(10)));
        assertThat(tokens.verify(ending)).isEqualTo(tokens.verify(ending));
        now.set(at(39).toInstant());
        assertThat(tokens.verify(ending)).isNotNull();
        now.set(at(40).toInstant());
        refused(tokens, ending, "Expired");
    }

    @Test
    void a_leeway_that_would_keep_ended_tokens_alive_stops_the_start() {
        for (Duration leeway : List.of(Duration.ofSeconds(-1), Duration.ofSeconds(301))) {
            var settings = new JwtSettings(Signed.SECRET, "", null, "pulsegraph", "pulsegraph", leeway);
            assertThatThrownBy(() -> new Tokens(settings, Clock.systemUTC(), null))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("PULSEGRAPH_JWT_LEEWAY");
        }
    }

    @Test
    void the_header_typ_names_a_token_or_an_access_token_in_any_case() {
        Tokens tokens = tokens(Signed.SECRET, null);
        JWTClaimsSet claims = Signed.claims(NOW).build();
        for (String type : List.of("JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt")) {
            assertThat(tokens.verify(Signed.typed(type, claims))).as(type).isNotNull();
        }
        refused(tokens, Signed.typed("logout+jwt", claims), "`typ` is neither JWT nor at+jwt");
    }

    @Test
    void a_key_that_cannot_be_read_hides_no_other() {
        String odd = "{\"kty\":\"RSA\",\"kid\":\"odd\",\"n\":\"\",\"e\":\"AQAB\"}";
        String good = FIRST.toPublicJWK().toJSONString();
        try (var provider = new KeySetServer()) {
            provider.answer("{\"keys\":[" + odd + ",7,{\"kty\":\"new\"}," + good + "]}");
            Tokens tokens = tokens(null, provider.url());
            assertThat(tokens.verify(rs256(FIRST))).isNotNull();
            provider.answer("{\"keys\":[" + SECOND.toPublicJWK().toJSONString() + "," + odd + "]}");
            assertThat(tokens.verify(rs256(SECOND))).isNotNull();
        }
    }

    @Test
    void a_set_of_which_no_key_can_be_read_replaces_none() {
        try (var provider = new KeySetServer()) {
            provider.publish(FIRST);
            Tokens tokens = tokens(null, provider.url());
            assertThat(tokens.verify(rs256(FIRST))).isNotNull();
            provider.answer("{\"keys\":[{\"kty\":\"RSA\"}]}");
            refused(tokens, rs256(SECOND), "no matching key");
            assertThat(tokens.verify(rs256(FIRST))).isNotNull();
        }
    }

    @Test
    void a_provider_whose_answer_drips_keeps_a_caller_for_no_longer_than_the_deadline() {
        try (var provider = new KeySetServer()) {
            provider.publish(FIRST);
            provider.drip();
            Tokens tokens = tokens(null, provider.url());
            assertTimeout(Duration.ofSeconds(8), () -> refused(tokens, rs256(FIRST), "cannot be fetched"));
        }
    }

    @Test
    void only_the_claim_roles_makes_an_operator() {
        Tokens tokens = tokens(Signed.SECRET, null);
        assertThat(tokens.verify(signed(claims -> claims.claim("roles", List.of("a", "operator"))))
                        .operator())
                .isTrue();
        assertThat(tokens.verify(signed(claims -> claims.claim("roles", List.of("Operator", "operators"))))
                        .operator())
                .isFalse();
        assertThat(tokens.verify(signed(claims -> claims.claim("role", "operator")
                                .claim("operator", true)
                                .claim("scope", "operator")
                                .claim("email", "operator@example.com")))
                        .operator())
                .isFalse();
    }

    @Test
    void a_claim_too_long_or_too_odd_to_keep_shuts_nobody_out() {
        var read = tokens(Signed.SECRET, null)
                .verify(signed(claims -> claims.claim("name", "x".repeat(300)).claim("email", "a")));
        assertThat(read.name()).isEqualTo("x".repeat(200));
        assertThat(read.email()).isNull();
        assertThat(tokens(Signed.SECRET, null)
                        .verify(signed(claims -> claims.claim("name", "A\0da")))
                        .name())
                .isEqualTo("Ada");
    }

    @Test
    void a_subject_that_java_would_read_as_the_uuid_of_another_is_refused() {
        refused(tokens(Signed.SECRET, null), signed(claims -> claims.subject("1-1-1-1-1")), "`sub` is not a UUID");
    }

    @Test
    void a_secret_shorter_than_32_bytes_stops_the_start() {
        assertThatThrownBy(() -> tokens("short", null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("32 bytes");
    }

    @Test
    void with_a_database_of_ones_own_no_secret_is_made_up() {
        assertThatThrownBy(() ->
                        new Tokens(settings(null, null), Clock.systemUTC(), "jdbc:postgresql://db.example/pulsegraph"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("PULSEGRAPH_JWT_SECRET")
                .hasMessageContaining("PULSEGRAPH_JWT_JWKS_URL");
        assertThat(directory.resolve("jwt-secret")).doesNotExist();
    }

    @Test
    void a_public_key_is_never_taken_for_a_secret() throws JOSEException {
        try (var provider = new KeySetServer()) {
            provider.publish(FIRST);
            byte[] publicKey = FIRST.toRSAPublicKey().getEncoded();
            String confused = Signed.with(
                    new MACSigner(publicKey),
                    JWSAlgorithm.HS256,
                    "first",
                    Signed.claims(NOW).build());
            refused(tokens(null, provider.url()), confused, "no matching key");
            refused(tokens(Signed.SECRET, provider.url()), confused, "");
        }
    }

    @Test
    void keys_of_a_provider_are_accepted_in_each_algorithm() throws Exception {
        ECKey curve = new ECKeyGenerator(Curve.P_256).keyID("curve").generate();
        try (var provider = new KeySetServer()) {
            provider.publish(FIRST, curve);
            Tokens tokens = tokens(null, provider.url());
            JWTClaimsSet claims = Signed.claims(NOW).build();
            assertThat(tokens.verify(rs256(FIRST)).userId()).isNotNull();
            assertThat(tokens.verify(Signed.with(new RSASSASigner(FIRST), JWSAlgorithm.PS256, "first", claims))
                            .userId())
                    .hasToString(claims.getSubject());
            assertThat(tokens.verify(Signed.with(new ECDSASigner(curve), JWSAlgorithm.ES256, "curve", claims))
                            .userId())
                    .hasToString(claims.getSubject());
            refused(tokens, Signed.with(new RSASSASigner(FIRST), JWSAlgorithm.RS512, "first", claims), "");
            assertThat(provider.fetches()).isOne();
        }
    }

    @Test
    void a_key_that_is_new_at_the_provider_makes_its_keys_be_fetched_again() {
        try (var provider = new KeySetServer()) {
            provider.publish(FIRST);
            Tokens tokens = tokens(null, provider.url());
            assertThat(tokens.verify(rs256(FIRST))).isNotNull();
            provider.publish(SECOND);
            assertThat(tokens.verify(rs256(SECOND))).isNotNull();
            assertThat(provider.fetches()).isEqualTo(2);
            refused(tokens, rs256(rsa("unknown")), "its key is not known");
            refused(tokens, rs256(FIRST), "its key is not known");
            assertThat(provider.fetches()).isEqualTo(2);
        }
    }

    @Test
    void a_provider_that_goes_down_keeps_nobody_out_whose_key_is_known() {
        Tokens tokens;
        try (var provider = new KeySetServer()) {
            provider.publish(FIRST);
            tokens = tokens(null, provider.url());
            assertThat(tokens.verify(rs256(FIRST))).isNotNull();
        }
        refused(tokens, rs256(SECOND), "no matching key");
        assertThat(tokens.verify(rs256(FIRST))).isNotNull();
    }

    @Test
    void a_provider_that_was_never_there_refuses_everybody_with_a_sentence() {
        String gone;
        try (var provider = new KeySetServer()) {
            gone = provider.url();
        }
        refused(tokens(null, gone), rs256(FIRST), "cannot be fetched");
    }

    @Test
    void a_signature_by_another_key_of_the_same_name_is_refused() {
        try (var provider = new KeySetServer()) {
            provider.publish(FIRST);
            refused(tokens(null, provider.url()), rs256(rsa("first")), "Invalid signature");
        }
    }

    private static void refused(Tokens tokens, String token, String why) {
        assertThatThrownBy(() -> tokens.verify(token))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ErrorCode.UNAUTHENTICATED))
                .hasMessageStartingWith("The token was not accepted: ")
                .hasMessageContaining(why)
                .hasMessageEndingWith(".");
    }

    private static String signed(java.util.function.UnaryOperator<JWTClaimsSet.Builder> change) {
        return Signed.withSecret(change.apply(Signed.claims(NOW)).build());
    }

    private static String rs256(RSAKey key) {
        try {
            return Signed.with(
                    new RSASSASigner(key),
                    JWSAlgorithm.RS256,
                    key.getKeyID(),
                    Signed.claims(NOW).build());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey rsa(String name) {
        try {
            return new RSAKeyGenerator(2048).keyID(name).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Date at(int seconds) {
        return Date.from(NOW.plusSeconds(seconds));
    }

    private JwtSettings settings(@Nullable String secret, @Nullable String keySet) {
        return new JwtSettings(
                secret,
                directory.resolve("jwt-secret").toString(),
                keySet,
                "pulsegraph",
                "pulsegraph",
                Duration.ofSeconds(30));
    }

    private Tokens tokens(@Nullable String secret, @Nullable String keySet) {
        return new Tokens(settings(secret, keySet), Clock.fixed(NOW, ZoneOffset.UTC), null);
    }
}
