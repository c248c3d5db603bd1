package dev.pulsegraph.support;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tokens as somebody else makes them, good and bad ones. */
public final class Signed {
    public static final String SECRET = "a secret of the tests that is long enough for HS256";

    private Signed() {}

    /** Claims that hold for an hour from {@code now}; a test spoils one of them. */
    public static JWTClaimsSet.Builder claims(Instant now) {
        return new JWTClaimsSet.Builder()
                .subject(UUID.randomUUID().toString())
                .issuer("pulsegraph")
                .audience("pulsegraph")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(3600)));
    }

    public static String withSecret(JWTClaimsSet claims) {
        return withSecret(claims, SECRET);
    }

    public static String withSecret(JWTClaimsSet claims, String secret) {
        try {
            return with(new MACSigner(secret), JWSAlgorithm.HS256, null, claims);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token whose claims are this JSON, whatever it says. */
    public static String json(String claims) {
        return text(new JWSHeader(JWSAlgorithm.HS256), claims);
    }

    /** A token whose header {@code typ} is this. */
    public static String typed(String type, JWTClaimsSet claims) {
        return text(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(new JOSEObjectType(type))
                        .build(),
                claims.toString());
    }

    private static String text(JWSHeader header, String claims) {
        try {
            var token = new JWSObject(header, new Payload(claims));
            token.sign(new MACSigner(SECRET));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String with(JWSSigner signer, JWSAlgorithm algorithm, @Nullable String key, JWTClaimsSet claims) {
        try {
            var token =
                    new SignedJWT(new JWSHeader.Builder(algorithm).keyID(key).build(), claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
