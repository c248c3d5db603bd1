package dev.pulsegraph.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.source.ImmutableSecret;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Property;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks and issues JSON Web Tokens. A JWKS is fetched when first needed, kept, and fetched again for an unknown key.
 * Made at the start, so that a missing secret is found then and not by the first caller.
 */
@Context
public class Tokens {
    private static final Set<JWSAlgorithm> PUBLIC_KEY_ALGORITHMS =
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256);
    /** Tokens with made-up keys must not flood the provider; it is asked at most twice in this time. */
    private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(5);

    /** How long a caller waits for a fetch that another one began. */
    private static final Duration MAX_WAIT = KeySetSource.DEADLINE.multipliedBy(2);

    @Limit("configurable clock skew of tokens")
    private static final Duration MAX_LEEWAY = Duration.ofMinutes(5);

    /** How long a token is not verified again, so long as it has not expired: about as long as a key set is kept. */
    private static final Duration KEPT = Duration.ofMinutes(1);

    private static final int KEPT_CHARACTERS = 4 * 1024 * 1024;

    private static final Set<String> TYPES = Set.of("jwt", "at+jwt");

    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

    private final JwtSettings settings;
    private final @Nullable String secret;
    private final Clock clock;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final Cache<String, Verified> verified = Caffeine.newBuilder()
            .expireAfterWrite(KEPT)
            .maximumWeight(KEPT_CHARACTERS)
            .weigher((String token, Verified any) -> token.length())
            .build();

    /** @param databaseUrl null with the embedded database, which brings its secret with it */
    public Tokens(
            JwtSettings settings,
            Clock clock,
            @Nullable @Property(name = "datasources.default.url") String databaseUrl) {
        this.settings = settings;
        this.secret = secret(settings, databaseUrl);
        this.clock = clock;
        if (settings.leeway().isNegative() || settings.leeway().compareTo(MAX_LEEWAY) > 0) {
            throw new IllegalStateException("PULSEGRAPH_JWT_LEEWAY is not between 0s and 5m: " + settings.leeway());
        }
        processor.setJWSKeySelector(keySelector());
        processor.setJWSTypeVerifier((type, context) -> verifyType(type));
        processor.setJWTClaimsSetVerifier(new ClaimsVerifier(settings));
    }

    private static @Nullable String secret(JwtSettings settings, @Nullable String databaseUrl) {
        String secret = settings.secret();
        if (secret == null && settings.jwksUrl() == null) {
            if (databaseUrl != null) {
                throw new IllegalStateException(
                        "Token verification is not configured: set PULSEGRAPH_JWT_SECRET (at least 32"
                                + " characters) or PULSEGRAPH_JWT_JWKS_URL (the key set of your identity provider).");
            }
            secret = LocalSecret.findOrCreate(Path.of(settings.secretFile()));
        }
        if (secret != null && secret.getBytes(StandardCharsets.UTF_8).length < 32) {
            throw new IllegalStateException("PULSEGRAPH_JWT_SECRET is shorter than 32 bytes, which HS256 needs.");
        }
        return secret;
    }

    /** The caller behind a token. Every fault is UNAUTHENTICATED, with a sentence that says which. */
    public Credentials.Token verify(String token) {
        Verified known = verified.getIfPresent(token);
        if (known == null || !clock.instant().isBefore(known.end)) {
            known = verified(token);
            verified.put(token, known);
        }
        return known.caller;
    }

    private Verified verified(String token) {
        try {
            JWTClaimsSet claims = processor.process(token, null);
            return new Verified(
                    new Credentials.Token(
                            id(claims.getSubject()),
                            shortened(claims.getClaim("name"), 1, 200),
                            shortened(claims.getClaim("email"), 3, 320),
                            claims.getClaim("roles") instanceof List<?> roles && roles.contains("operator")),
                    end(claims));
        } catch (RateLimitReachedException tooSoon) {
            throw unauthenticated("its key is not known, and the provider was asked a moment ago");
        } catch (KeySourceException unreachable) {
            LOG.warn("The keys of the identity provider cannot be fetched: {}", unreachable.toString());
            throw unauthenticated("the keys of the identity provider cannot be fetched now");
        } catch (BadJOSEException | JOSEException refused) {
            throw unauthenticated(String.valueOf(refused.getMessage()));
        } catch (ParseException malformed) {
            throw unauthenticated("it is not a JSON Web Token, or a claim has the wrong type");
        } catch (IllegalArgumentException notAnId) {
            throw unauthenticated("its claim `sub` is not a UUID");
        }
    }

    /** When a token that was verified is accepted no more. */
    Instant end(String verified) {
        try {
            return end(SignedJWT.parse(verified).getJWTClaimsSet());
        } catch (ParseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Instant end(JWTClaimsSet claims) {
        return claims.getExpirationTime().toInstant().plus(settings.leeway());
    }

    /**
     * A token that was accepted.
     *
     * @param end when it is accepted no more
     */
    private record Verified(Credentials.Token caller, Instant end) {}

    /** Whether tokens are issued here, and not by an identity provider alone. */
    public boolean canIssue() {
        return secret != null;
    }

    /** A token of our own, signed with the secret. */
    public String issue(UUID user, @Nullable String name, @Nullable String email, boolean operator, Duration validity) {
        if (secret == null) {
            throw new IllegalStateException("Tokens are issued by the provider at " + settings.jwksUrl());
        }
        var claims = new JWTClaimsSet.Builder()
                .subject(user.toString())
                .issuer(settings.issuer())
                .audience(settings.audience())
                .issueTime(Date.from(clock.instant()))
                .expirationTime(Date.from(clock.instant().plus(validity)));
        if (name != null) {
            claims.claim("name", name);
        }
        if (email != null) {
            claims.claim("email", email);
        }
        if (operator) {
            claims.claim("roles", List.of("operator"));
        }
        try {
            var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
            token.sign(new MACSigner(secret));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("The JWT secret cannot sign: " + e.getMessage(), e);
        }
    }

    private static Problem unauthenticated(String why) {
        return Problem.of(ErrorCode.UNAUTHENTICATED, "The token was not accepted: " + why + ".");
    }

    /** Java also reads {@code 1-1-1-1-1}: then two subjects could be one user. */
    private static UUID id(String subject) {
        UUID id = UUID.fromString(subject);
        if (!id.toString().equalsIgnoreCase(subject)) {
            throw new IllegalArgumentException(subject);
        }
        return id;
    }

    /** A claim as a profile can hold it; one that cannot be held, or is no text, gives nothing and keeps nobody out. */
    private static @Nullable String shortened(@Nullable Object claim, int shortest, int longest) {
        if (!(claim instanceof String text)) {
            return null;
        }
        int[] storable = text.codePoints()
                .filter(c -> c != 0 && Character.getType(c) != Character.SURROGATE)
                .toArray();
        boolean blank = Arrays.stream(storable).allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
        return blank || storable.length < shortest ? null : new String(storable, 0, Math.min(storable.length, longest));
    }

    private JWSKeySelector<SecurityContext> keySelector() {
        JWSKeySelector<SecurityContext> bySecret = secret == null
                ? null
                : new JWSVerificationKeySelector<>(
                        JWSAlgorithm.HS256, new ImmutableSecret<>(secret.getBytes(StandardCharsets.UTF_8)));
        JWSKeySelector<SecurityContext> byJwks =
                settings.jwksUrl() == null ? null : new JWSVerificationKeySelector<>(PUBLIC_KEY_ALGORITHMS, jwks());
        // The algorithm decides which keys are tried, so a public key can never be taken for a secret.
        return (header, context) -> {
            JWSKeySelector<SecurityContext> selector =
                    JWSAlgorithm.HS256.equals(header.getAlgorithm()) ? bySecret : byJwks;
            return selector == null ? List.of() : selector.selectJWSKeys(header, context);
        };
    }

    private JWKSource<SecurityContext> jwks() {
        return JWKSourceBuilder.create(new KeySetSource(uri(String.valueOf(settings.jwksUrl()))))
                .retrying(true)
                .cache(JWKSourceBuilder.DEFAULT_CACHE_TIME_TO_LIVE, MAX_WAIT.toMillis())
                .rateLimited(BETWEEN_FETCHES.toMillis())
                .outageTolerant(Duration.ofHours(4).toMillis())
                .build();
    }

    private static URI uri(String address) {
        try {
            return HttpRequest.newBuilder(URI.create(address)).build().uri();
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("pulsegraph.jwt.jwks-url is not an address: " + address, e);
        }
    }

    /** RFC 7519, section 5.1, and RFC 9068, section 2.1: what {@code typ} may say, in any case. */
    private static void verifyType(@Nullable JOSEObjectType type) throws BadJOSEException {
        String name = type == null ? "jwt" : type.getType().toLowerCase(Locale.ROOT);
        if (!TYPES.contains(name.startsWith("application/") ? name.substring("application/".length()) : name)) {
            throw new BadJOSEException("its header `typ` is neither JWT nor at+jwt");
        }
    }

    private final class ClaimsVerifier extends DefaultJWTClaimsVerifier<SecurityContext> {
        ClaimsVerifier(JwtSettings settings) {
            super(
                    settings.audience(),
                    new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
                    Set.of("sub", "exp"));
            setMaxClockSkew(Math.toIntExact(settings.leeway().toSeconds()));
        }

        /** A claim that is null is absent; the verifier of the library asks only whether it is named. */
        @Override
        public void verify(JWTClaimsSet claims, @Nullable SecurityContext context) throws BadJWTException {
            super.verify(claims, context);
            if (claims.getExpirationTime() == null) {
                throw new BadJWTException("its claim `exp` is missing");
            }
            if (claims.getSubject() == null) {
                throw new BadJWTException("its claim `sub` is missing");
            }
        }

        @Override
        protected Date currentTime() {
            return Date.from(clock.instant());
        }
    }
}
