package dev.pulsegraph.event;

import dev.pulsegraph.http.AddressText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is kept of the addresses of visitors. A whole one never is. */
public enum IpAddresses {
    /** The network: 24 bits of IPv4, 48 of IPv6. */
    TRUNCATE {
        @Override
        @Nullable
        String of(@Nullable String address) {
            return parsed(address).map(IpAddresses::truncate).orElse(null);
        }
    },
    /** Nothing. */
    DROP {
        @Override
        @Nullable
        String of(@Nullable String address) {
            return null;
        }
    };

    abstract @Nullable String of(@Nullable String address);

    /** The visitor's, to which proxies add themselves in a list; nothing where there is none. */
    static Optional<InetAddress> parsed(@Nullable String addresses) {
        return addresses == null
                ? Optional.empty()
                : AddressText.parsed(addresses.split(",", 2)[0]);
    }

    private static String truncate(InetAddress address) {
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, address instanceof Inet4Address ? 3 : 6, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address has 4 or 16 bytes.", e);
        }
    }
}
