package dev.pulsegraph.event;

import dev.pulsegraph.http.AddressText;
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
        String of(@Nullable String address) {
            return address == null ? null : truncate(first(address));
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

    /** Proxies add themselves to a list. */
    private static String first(String addresses) {
        return addresses.split(",", 2)[0];
    }

    private static @Nullable String truncate(String text) {
        InetAddress address = AddressText.parsed(text).orElse(null);
        if (address == null) {
            return null;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, address instanceof Inet4Address ? 3 : 6, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address has 4 or 16 bytes.", e);
        }
    }
}
