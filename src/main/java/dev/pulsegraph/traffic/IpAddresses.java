package dev.pulsegraph.traffic;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is kept of the addresses of visitors. A whole one never is. */
public enum IpAddresses {
    /** The network: 24 bits of IPv4, 48 of IPv6. */
    TRUNCATE {
        @Override
        @Nullable
        String kept(@Nullable String address) {
            return address == null ? null : truncated(first(address));
        }
    },
    /** Nothing. */
    DROP {
        @Override
        @Nullable
        String kept(@Nullable String address) {
            return null;
        }
    };

    abstract @Nullable String kept(@Nullable String address);

    /** Proxies add themselves to a list, and some a port. */
    private static String first(String addresses) {
        String first = addresses.split(",", 2)[0].strip();
        if (first.startsWith("[") && first.indexOf(']') > 0) {
            return first.substring(1, first.indexOf(']'));
        }
        int colon = first.indexOf(':');
        return colon > 0 && first.indexOf('.') > 0 && first.indexOf('.') < colon ? first.substring(0, colon) : first;
    }

    private static @Nullable String truncated(String literal) {
        try {
            InetAddress address = InetAddress.ofLiteral(literal);
            byte[] bytes = address.getAddress();
            Arrays.fill(bytes, address instanceof Inet4Address ? 3 : 6, bytes.length, (byte) 0);
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (IllegalArgumentException | UnknownHostException noAddress) {
            return null;
        }
    }
}
