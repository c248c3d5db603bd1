package dev.pulsegraph.support;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An identity provider that publishes its public keys. */
public final class KeySetServer implements AutoCloseable {
    private final HttpServer server;
    private final AtomicInteger fetches = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String answer = "{\"keys\":[]}";
    private volatile boolean dripping;

    public KeySetServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/jwks.json", exchange -> {
            fetches.incrementAndGet();
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            if (dripping) {
                drip(exchange.getResponseBody(), body);
            } else {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.setExecutor(threads);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks.json";
    }

    public void publish(JWK... published) {
        answer(new JWKSet(List.of(published)).toPublicJWKSet().toString());
    }

    public void answer(String text) {
        answer = text;
    }

    /** From now on a byte comes every 100 ms. */
    public void drip() {
        dripping = true;
    }

    /** From now on all comes at once again. */
    public void flow() {
        dripping = false;
    }

    private void drip(OutputStream out, byte[] body) throws IOException {
        try {
            for (int i = 0; i < body.length && !closed.await(100, TimeUnit.MILLISECONDS); i++) {
                out.write(body[i]);
                out.flush();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    public int fetches() {
        return fetches.get();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
