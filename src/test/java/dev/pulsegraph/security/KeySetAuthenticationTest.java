package dev.pulsegraph.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.KeySetServer;
import dev.pulsegraph.support.Signed;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.test.support.TestPropertyProvider;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The whole way of a token of an identity provider, through an application that is told where its keys are. */
@MicronautTest(transactional = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeySetAuthenticationTest implements TestPropertyProvider {
    private final KeySetServer provider = new KeySetServer();

    @Inject
    Api api;

    @Override
    public Map<String, String> getProperties() {
        return Map.of("pulsegraph.jwt.jwks-url", provider.url());
    }

    @AfterAll
    void stop() {
        provider.close();
    }

    @Test
    void keys_of_the_provider_come_and_go_while_the_server_runs() throws Exception {
        ECKey first = new ECKeyGenerator(Curve.P_256).keyID("first").generate();
        ECKey second = new ECKeyGenerator(Curve.P_256).keyID("second").generate();
        provider.publish(first);
        assertThat(ask(first).succeeded().text("viewer.user.name")).isEqualTo("Paula Provider");
        provider.publish(first, second);
        ask(second).succeeded();
        provider.close();
        ask(first).succeeded();
        ask(second).succeeded();
        Answer unknown = ask(new ECKeyGenerator(Curve.P_256).keyID("third").generate());
        assertThat(unknown.status()).isEqualTo(401);
        unknown.failed("UNAUTHENTICATED");
    }

    private Answer ask(ECKey key) throws Exception {
        return api.bearer(Signed.with(
                        new ECDSASigner(key),
                        JWSAlgorithm.ES256,
                        key.getKeyID(),
                        Signed.claims(Instant.now())
                                .claim("name", "Paula Provider")
                                .build()))
                .ask("{ viewer { user { name } } }");
    }
}
