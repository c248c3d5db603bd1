package dev.pulsegraph.event;

import dev.pulsegraph.http.AddressText;
import jakarta.inject.Singleton;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes visitors of pages that keep nothing in the browser, of what their requests show: the same for one day and organization,
 * and without a relation to that of any other. Once the secret of the day is deleted, nobody can tell what it was made of.
 */
@Singleton
class DailyVisitors {
    /** An event that is sent later than this after it happened is of the visitor who sends it then. */
    private static final Duration MAX_DELAY = Duration.ofHours(1);

    private static final String PREFIX = "daily:";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 16;
    /** Of an address of IPv6, whose end its owner changes. */
    private static final int NETWORK_BYTES = 8;

    private final Secrets secrets;

    DailyVisitors(Secrets secrets) {
        this.secrets = secrets;
    }

    /**
     * Who did something in a page, for the organization that it is of.
     *
     * @param at when it happened
     */
    Function<UUID, String> of(EventOrigin origin, Instant at) {
        var secret = new SecretKeySpec(secrets.of(day(at, origin.receivedAt())), ALGORITHM);
        String shown = "/" + network(origin.address()) + "/" + origin.userAgent();
        return organization -> PREFIX + hash(secret, organization + shown);
    }

    /** The day in UTC of an event that is sent at once, or was late for a moment at midnight. */
    private static LocalDate day(Instant at, Instant receivedAt) {
        Instant earliest = receivedAt.minus(MAX_DELAY);
        Instant counted = at.isBefore(earliest) ? earliest : at.isAfter(receivedAt) ? receivedAt : at;
        return LocalDate.ofInstant(counted, ZoneOffset.UTC);
    }

    private static String network(@Nullable String text) {
        InetAddress address = text == null ? null : AddressText.parsed(text).orElse(null);
        if (address == null) {
            return "";
        }
        byte[] bytes = address.getAddress();
        return HexFormat.of().formatHex(address instanceof Inet4Address ? bytes : Arrays.copyOf(bytes, NETWORK_BYTES));
    }

    private static String hash(SecretKeySpec secret, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)), 0, BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM + ".", e);
        }
    }

    /** The secret of each day in UTC: 32 random bytes, the same for all nodes, and deleted when the day is over. */
    interface Secrets {
        byte[] of(LocalDate day);
    }
}
