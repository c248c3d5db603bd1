package dev.pulsegraph.security;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are checked.
 *
 * @param secret the HS256 secret, at least 32 bytes
 * @param secretFile where the secret is kept that is made on the first start with the embedded database
 * @param jwksUrl where an identity provider publishes its keys; RS256, PS256 and ES256 are accepted from there
 * @param issuer what the claim {@code iss} must be
 * @param audience what the claim {@code aud} must hold
 * @param leeway by how much clocks may differ when {@code exp} and {@code nbf} are looked at
 */
@ConfigurationProperties("pulsegraph.jwt")
public record JwtSettings(
        @Nullable String secret,
        @Bindable(defaultValue = "data/jwt-secret") String secretFile,
        @Nullable String jwksUrl,
        @Bindable(defaultValue = "pulsegraph") String issuer,
        @Bindable(defaultValue = "pulsegraph") String audience,
        @Bindable(defaultValue = "30s") Duration leeway) {}
