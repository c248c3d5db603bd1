package dev.pulsegraph.security;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * A random secret that is shown once: an API key ({@code pgk_…}) or the token of an invitation ({@code pgi_…}).
 *
 * @param text what its holder gets: the kind and 32 random bytes in URL-safe base64
 */
public record Secret(String text) {
    public static final String API_KEY = "pgk_";
    public static final String INVITATION = "pgi_";
    private static final SecureRandom RANDOM = new SecureRandom();

    public static Secret create(String kind) {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return new Secret(kind + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** How the secret begins: enough to tell it from others, too little to use it. */
    public String prefix() {
        return text.substring(0, 10);
    }

    /** The SHA-256 in hexadecimal, which is all that is kept. 32 random bytes need no salt and no stretching. */
    public String sha256() {
        return Sha256.hex(text);
    }
}
