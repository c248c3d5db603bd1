package dev.pulsegraph.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.simple.SimpleHttpRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The address of a client behind proxies. */
class ClientAddressTest {
    private final ClientAddress addresses =
            new ClientAddress(new ProxySettings(List.of("10.0.0.0/8", " 192.0.2.1", "fd00::/8")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // peer | Forwarded | X-Forwarded-For | whose it is
                "10.0.0.1 | - | 203.0.113.9 | 203.0.113.9",
                "10.0.0.1 | - | 203.0.113.9:55001 | 203.0.113.9",
                "10.0.0.1 | - | 2001:db8::9 | 2001:db8:0:0:0:0:0:9",
                "10.0.0.1 | - | 198.51.100.66, 203.0.113.9, 10.2.0.1 | 203.0.113.9",
                "192.0.2.1 | - | 203.0.113.9 | 203.0.113.9",
                "192.0.2.2 | - | 203.0.113.9 | 192.0.2.2",
                "203.0.113.7 | for=203.0.113.9 | 203.0.113.9 | 203.0.113.7",
                "10.0.0.1 | - | - | 10.0.0.1",
                "10.0.0.1 | - | 10.0.0.3, 10.0.0.2 | 10.0.0.3",
                "10.0.0.1 | - | 203.0.113.9, unknown | -",
                "10.0.0.1 | - | nonsense | -",
                "10.0.0.1 | for=203.0.113.9 | - | 203.0.113.9",
                "10.0.0.1 | For=\"[2001:db8:cafe::17]:4711\" | - | 2001:db8:cafe:0:0:0:0:17",
                "10.0.0.1 | proto=https;for=203.0.113.9;by=10.0.0.1, for=10.3.0.1 | - | 203.0.113.9",
                "10.0.0.1 | for=198.51.100.66, for=\"203.0.113.9:80\";host=\"a,b;for=1.2.3.4\" | - | 203.0.113.9",
                "10.0.0.1 | for=_hidden | - | -",
                "10.0.0.1 | by=10.0.0.1 | - | -",
                "fd00::1 | for=203.0.113.9 | - | 203.0.113.9",
                "10.0.0.1 | for=203.0.113.9 | 203.0.113.9 | 203.0.113.9",
                "10.0.0.1 | for=198.51.100.66 | 203.0.113.9 | -"
            })
    void the_last_that_no_trusted_proxy_added_is_the_clients(
            String peer, @Nullable String forwarded, @Nullable String forwardedFor, @Nullable String expected) {
        MutableHttpRequest<?> request = new From(peer);
        if (forwarded != null) {
            request.header("Forwarded", forwarded);
        }
        if (forwardedFor != null) {
            request.header("X-Forwarded-For", forwardedFor);
        }
        assertThat(addresses.resolve(request)).isEqualTo(expected);
    }

    @Test
    void lines_of_a_header_are_one_list() {
        HttpRequest<?> request = new From("10.0.0.1")
                .header("X-Forwarded-For", "198.51.100.66")
                .header("X-Forwarded-For", "203.0.113.9, 10.0.0.2");
        assertThat(addresses.resolve(request)).isEqualTo("203.0.113.9");
    }

    @Test
    void without_trusted_proxies_nobody_is_believed() {
        var strict = new ClientAddress(new ProxySettings(null));
        assertThat(strict.resolve(new From("10.0.0.1").header("X-Forwarded-For", "203.0.113.9")))
                .isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/-1", "fd00::/129"})
    void what_is_no_network_is_refused_at_the_start(String network) {
        assertThatThrownBy(() -> new ClientAddress(new ProxySettings(List.of(network))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pulsegraph.trusted-proxies: `" + network + "`");
    }

    private static final class From extends SimpleHttpRequest<Object> {
        private final InetSocketAddress peer;

        From(String peer) {
            super(io.micronaut.http.HttpMethod.POST, "/v1/page", null);
            this.peer = new InetSocketAddress(InetAddress.ofLiteral(peer), 4711);
        }

        @Override
        public InetSocketAddress getRemoteAddress() {
            return peer;
        }
    }
}
