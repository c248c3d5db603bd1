package dev.pulsegraph.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from. Proxies add to a list, of {@code Forwarded} or {@code X-Forwarded-For}, whom they had it from;
 * read from its end, it is true as long as those who added to it are trusted. Anybody else may write what he likes there.
 */
@Singleton
public final class ClientAddress {
    private static final String X_FORWARDED_FOR = "X-Forwarded-For";
    /** An element of a list, whose commas may be quoted. */
    private static final Pattern ELEMENT = Pattern.compile("(?:[^,\"]|\"(?:[^\"\\\\]|\\\\.)*+\")++");

    private static final Pattern FOR =
            Pattern.compile("(?:^|;)\\s*for\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s]*))", Pattern.CASE_INSENSITIVE);

    private final List<IpSubnetFilterRule> trusted;

    ClientAddress(ProxySettings settings) {
        this.trusted = settings.networks();
    }

    /** The address; null where a trusted proxy does not tell it. */
    public @Nullable String resolve(HttpRequest<?> request) {
        InetAddress peer = request.getRemoteAddress().getAddress();
        if (peer == null) {
            return null;
        }
        List<String> forwarded = elements(request, HttpHeaders.FORWARDED).stream()
                .map(ClientAddress::forwardedFor)
                .toList();
        List<String> forwardedFor = elements(request, X_FORWARDED_FOR);
        Optional<InetAddress> client = first(peer, forwarded.isEmpty() ? forwardedFor : forwarded);
        // A proxy that writes one of them passes on what a client says in the other.
        boolean disagree =
                !forwarded.isEmpty() && !forwardedFor.isEmpty() && !Objects.equals(client, first(peer, forwardedFor));
        return disagree ? null : client.map(InetAddress::getHostAddress).orElse(null);
    }

    /** What a header says; null when whoever sent the request is no trusted proxy. */
    public @Nullable String told(HttpRequest<?> request, String header) {
        InetAddress peer = request.getRemoteAddress().getAddress();
        return peer != null && isTrusted(peer) ? request.getHeaders().get(header) : null;
    }

    /** The first that is not trusted, from the end; nothing where a proxy does not say whom it had the request from. */
    private Optional<InetAddress> first(InetAddress peer, List<String> list) {
        Optional<InetAddress> address = Optional.of(peer);
        for (int i = list.size() - 1; i >= 0 && address.filter(this::isTrusted).isPresent(); i--) {
            address = AddressText.parsed(list.get(i));
        }
        return address;
    }

    /** Whether the address is that of a proxy which is believed. */
    boolean isTrusted(InetAddress address) {
        var socket = new InetSocketAddress(address, 0);
        return trusted.stream().anyMatch(network -> network.matches(socket));
    }

    private static List<String> elements(HttpRequest<?> request, String header) {
        List<String> elements = new ArrayList<>();
        for (String line : request.getHeaders().getAll(header)) {
            ELEMENT.matcher(line).results().map(found -> found.group().strip()).forEach(elements::add);
        }
        return elements;
    }

    private static String forwardedFor(String element) {
        Matcher found = FOR.matcher(element);
        if (!found.find()) {
            return "";
        }
        return found.group(1) == null ? found.group(2) : found.group(1);
    }
}
