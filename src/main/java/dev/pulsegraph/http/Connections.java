package dev.pulsegraph.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.stream.ChunkedWriteHandler;
import jakarta.inject.Singleton;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The connections of this node: how many there are, how long each may wait, and what of answers waits for clients. */
@Singleton
public final class Connections {
    private static final String CODEC = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
    private static final int NETWORK_OF_IPV6 = 8;

    private final HttpSettings settings;
    private final ClientAddress addresses;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();
    private final AtomicLong unsent = new AtomicLong();

    Connections(HttpSettings settings, ClientAddress addresses, MeterRegistry meters) {
        this.settings = settings;
        this.addresses = addresses;
        Gauge.builder("pulsegraph.http.connections", open, Set::size)
                .description("Open HTTP connections")
                .register(meters);
        Gauge.builder("pulsegraph.http.unsent", unsent, AtomicLong::doubleValue)
                .description("Bytes of answers that clients have not let come")
                .baseUnit("bytes")
                .register(meters);
    }

    HttpSettings settings() {
        return settings;
    }

    /** Takes a new connection in, for which another may have to go; or closes it. */
    private void opened(Channel channel) {
        InetAddress network = network(channel);
        boolean isProxy = network != null && addresses.isTrusted(Objects.requireNonNull(address(channel)));
        if (network != null) {
            int ofAddress = byAddress.merge(network, 1, Integer::sum);
            channel.closeFuture()
                    .addListener(closed ->
                            byAddress.computeIfPresent(network, (any, count) -> count == 1 ? null : count - 1));
            if (!isProxy && ofAddress > settings.maxConnectionsPerAddress()) {
                channel.close();
                return;
            }
        }
        if (open.size() >= settings.maxConnections() && !closeIdlest()) {
            channel.close();
            return;
        }
        bound(channel);
    }

    private void bound(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(CODEC) == null) {
            // HTTP/2, which has bounds of its own for streams, is off unless it is asked for.
            return;
        }
        var connection = new Connection(this, channel);
        open.add(connection);
        channel.closeFuture().addListener((ChannelFutureListener) closed -> open.remove(connection));
        pipeline.addBefore(CODEC, Connection.CHUNKS, new ChunkedWriteHandler());
        pipeline.addBefore(CODEC, Connection.ANSWERS, connection.answers());
        pipeline.addBefore(CODEC, Connection.BYTES, connection.bytes());
        pipeline.addAfter(CODEC, Connection.REQUESTS, connection.requests());
    }

    private boolean closeIdlest() {
        Connection idlest = open.stream()
                .filter(Connection::isBetweenRequests)
                .min(Comparator.comparingLong(Connection::since))
                .orElse(null);
        if (idlest == null) {
            return false;
        }
        open.remove(idlest);
        idlest.close();
        return true;
    }

    /** Takes room for a part of an answer; whose clients were slowest lose their connections when there is none. */
    void add(long bytes) {
        if (unsent.addAndGet(bytes) > settings.unsentBytes()) {
            makeRoom();
        }
    }

    /** An answer that is alone needs only to be one that may be made. */
    private synchronized void makeRoom() {
        while (unsent.get() > settings.unsentBytes()) {
            List<Connection> waiting = open.stream()
                    .filter(connection -> connection.unsent() > 0)
                    .sorted(Comparator.comparingLong(Connection::unsentSince))
                    .toList();
            if (waiting.size() < 2) {
                return;
            }
            Connection slowest = waiting.getFirst();
            open.remove(slowest);
            unsent.addAndGet(-slowest.giveUp());
            slowest.close();
        }
    }

    void remove(long bytes) {
        unsent.addAndGet(-bytes);
    }

    private static @Nullable InetAddress address(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress socket ? socket.getAddress() : null;
    }

    private static @Nullable InetAddress network(Channel channel) {
        InetAddress address = address(channel);
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, NETWORK_OF_IPV6, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Has the server tell of its connections. */
    @Singleton
    static final class Listener implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
        private final BeanProvider<Connections> connections;

        Listener(BeanProvider<Connections> connections) {
            this.connections = connections;
        }

        @Override
        public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
            event.getBean().register(new Bounding(connections.get(), null));
            return event.getBean();
        }
    }

    private record Bounding(
            Connections connections, @Nullable Channel channel) implements NettyServerCustomizer {

        @Override
        public NettyServerCustomizer specializeForChannel(Channel specialized, ChannelRole role) {
            return new Bounding(connections, role == ChannelRole.CONNECTION ? specialized : null);
        }

        @Override
        public void onInitialPipelineBuilt() {
            if (channel != null) {
                connections.opened(channel);
            }
        }
    }
}
