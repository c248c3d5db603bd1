package dev.pulsegraph.http;

import java.net.InetAddress;
import java.util.Optional;

/** Addresses as headers and events have them: some with a port, those of IPv6 in brackets then. */
public final class AddressText {
    private AddressText() {}

    /** The address; nothing where there is a name, or anything else. */
    public static Optional<InetAddress> parsed(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(withoutPort(text.strip())));
        } catch (IllegalArgumentException noAddress) {
            return Optional.empty();
        }
    }

    private static String withoutPort(String text) {
        if (text.startsWith("[") && text.indexOf(']') > 0) {
            return text.substring(1, text.indexOf(']'));
        }
        int colon = text.indexOf(':');
        return colon > 0 && text.indexOf('.') > 0 && text.indexOf('.') < colon ? text.substring(0, colon) : text;
    }
}
