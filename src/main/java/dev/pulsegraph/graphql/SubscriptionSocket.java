package dev.pulsegraph.graphql;

import io.micronaut.context.BeanProvider;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RouteCondition;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.websocket.WebSocketSession;
import io.micronaut.websocket.annotation.OnMessage;
import io.micronaut.websocket.annotation.OnOpen;
import io.micronaut.websocket.annotation.ServerWebSocket;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;

/**
 * Where a WebSocket begins: at the address of GraphQL, by an upgrade. Micronaut does the handshake; the frames are ours from
 * then on, because its own handler bounds neither a message of many frames nor what a client leaves unread.
 *
 * <p>The condition keeps requests that are no upgrade for the controller at the same address; an upgrade does not ask for it.
 */
@ServerWebSocket(value = "${graphql.path:/graphql}", subprotocols = SubscriptionSocket.PROTOCOL)
class SubscriptionSocket {
    static final String PROTOCOL = "graphql-transport-ws";
    private static final String DECODER = "wsdecoder";

    private final SocketRegistry sockets;
    private final BeanProvider<NettyEmbeddedServer> server;

    SubscriptionSocket(SocketRegistry sockets, BeanProvider<NettyEmbeddedServer> server) {
        this.sockets = sockets;
        this.server = server;
    }

    @OnOpen
    @RouteCondition("#{false}")
    void open(HttpRequest<?> handshake, WebSocketSession session) {
        Channel channel =
                ((NettyHttpRequest<?>) handshake).getChannelHandlerContext().channel();
        // The server would close those it knows of before anybody can tell clients that it stops.
        server.get().removeChannel(channel);
        ChannelPipeline pipeline = channel.pipeline();
        int longest = sockets.settings().maxMessageBytes();
        if (pipeline.get(DECODER) instanceof WebSocket13FrameDecoder) {
            var bounded = WebSocketDecoderConfig.newBuilder()
                    .maxFramePayloadLength(longest)
                    .allowExtensions(false)
                    .build();
            pipeline.replace(DECODER, DECODER, new WebSocket13FrameDecoder(bounded));
        }
        var socket =
                new Socket(sockets, channel, handshake, session.getSubprotocol().isPresent());
        pipeline.addAfter(DECODER, "graphql-socket", socket);
        pipeline.addAfter(DECODER, "graphql-message", new WebSocketFrameAggregator(longest));
    }

    /** Never called: no frame gets as far. A WebSocket of Micronaut must have such a method. */
    @OnMessage
    @RouteCondition("#{false}")
    void message(WebSocketFrame frame) {
        throw new IllegalStateException("a frame passed the handler of subscriptions");
    }
}
