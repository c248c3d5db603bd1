package dev.pulsegraph.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands between clients and this server.
 *
 * @param trustedProxies addresses and networks, such as {@code 10.0.0.0/8}, that are believed when they say where a request
 *     came from
 */
@ConfigurationProperties("pulsegraph")
public record ProxySettings(@Nullable List<String> trustedProxies) {

    /** The networks as rules that accept them. */
    List<IpSubnetFilterRule> networks() {
        return trustedProxies == null
                ? List.of()
                : trustedProxies.stream()
                        .map(String::strip)
                        .filter(network -> !network.isEmpty())
                        .map(ProxySettings::network)
                        .toList();
    }

    private static IpSubnetFilterRule network(String text) {
        String[] parts = text.split("/", 2);
        try {
            InetAddress address = InetAddress.ofLiteral(parts[0]);
            int bits = parts.length == 2 ? Integer.parseInt(parts[1]) : address.getAddress().length * Byte.SIZE;
            return new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "pulsegraph.trusted-proxies: `" + text
                            + "` is neither an address nor a network such as 10.0.0.0/8 or fd00::/8.",
                    e);
        }
    }
}
