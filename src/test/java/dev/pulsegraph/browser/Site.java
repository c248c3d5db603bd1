package dev.pulsegraph.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Somebody's site, of an origin nobody else has: pages with the snippet, and an address that keeps what is sent to it. */
final class Site implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    static final String KEY = "pgk_page";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
    private final Set<String> known = new HashSet<>();
    private final String host = "site-" + NUMBER.incrementAndGet() + ".localhost";
    private final String tag;
    private final @Nullable Path library;
    private volatile int status = 200;
    private volatile String script = "";
    private volatile String policy = "";

    /** A site that sends to itself. */
    static Site recording(String attributes) {
        return new Site("/p.js", KEY, attributes);
    }

    /** @param attributes further ones of the snippet's tag */
    Site(String snippet, String key, String attributes) {
        this(
                null,
                "<script async src='%s' data-key='%s' data-page-type='home' %s></script>"
                        .formatted(snippet, key, attributes));
    }

    /** A site that sends to itself, after a script of its own, and that allows no script within its pages. */
    static Site strict(String script) {
        var site = new Site(
                null,
                "<script src='/site.js'></script><script async src='/p.js' data-key='%s'></script>".formatted(KEY));
        site.script = script;
        site.policy = "default-src 'none'; script-src 'self'; connect-src 'self'";
        return site;
    }

    /** A site with a script of its own instead of the snippet, after a library that it serves. */
    static Site scripted(Path library, String script) {
        return new Site(library, "<script src='/library.js'></script><script>" + script + "</script>");
    }

    private Site(@Nullable Path library, String tag) {
        this.library = library;
        this.tag = tag;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url(String path) {
        return "http://" + host() + path;
    }

    String host() {
        return host + ":" + server.getAddress().getPort();
    }

    /** What the site says to events from now on. */
    void answerWith(int status) {
        this.status = status;
    }

    /** The next request with events; there must be one soon. */
    Sent next() {
        try {
            Sent next = sent.poll(30, TimeUnit.SECONDS);
            assertThat(next).as("a request with events").isNotNull();
            return Objects.requireNonNull(next);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The next events that are not known yet, in however many requests they come; there must be as many soon. */
    List<Event> events(int count) {
        Map<String, Event> events = new LinkedHashMap<>();
        while (events.size() < count) {
            next().events().stream()
                    .filter(event -> known.add(event.messageId()))
                    .forEach(event -> events.put(event.messageId(), event));
        }
        assertThat(events).hasSize(count);
        return List.copyOf(events.values());
    }

    Event event() {
        return events(1).getFirst();
    }

    /** Requests that nobody asked for yet. */
    List<Sent> others() {
        List<Sent> others = new ArrayList<>();
        sent.drainTo(others);
        return others;
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        switch (exchange.getRequestURI().getPath()) {
            case "/v1/e" -> {
                sent.add(new Sent(
                        exchange.getRequestMethod(),
                        exchange.getRequestHeaders().getFirst("Content-Type"),
                        "no-cors".equals(exchange.getRequestHeaders().getFirst("Sec-Fetch-Mode")),
                        fields(body)));
                say(exchange, status, "application/json", "{\"success\": true}");
            }
            case "/p.js" -> {
                try (var snippet = Objects.requireNonNull(Site.class.getResourceAsStream("/p.js"))) {
                    say(exchange, 200, "text/javascript", new String(snippet.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            case "/site.js" -> say(exchange, 200, "text/javascript", script);
            case "/library.js" ->
                say(exchange, 200, "text/javascript", Files.readString(Objects.requireNonNull(library)));
            case "/favicon.ico" -> say(exchange, 404, "text/plain", "");
            default ->
                say(exchange, 200, "text/html", page(exchange.getRequestURI().getPath()));
        }
    }

    private String page(String path) {
        return """
                <!doctype html><html lang="en"><title>Page %s</title>
                <a id="other" href="/other?from=here#part">Another page</a>
                <a id="mail" href="mailto:olivia@acme.example">Mail</a>
                <a id="script" href="javascript:void(0)">Nothing</a>
                <button id="tracked" data-track="socialChannels.mastodon" data-track-category="social"><b id="within">Follow</b></button>
                <button id="untracked">Nothing</button>
                %s</html>""".formatted(path, tag);
    }

    private void say(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
        if (!policy.isEmpty()) {
            exchange.getResponseHeaders().set("Content-Security-Policy", policy);
        }
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private static Map<?, ?> fields(byte[] body) throws IOException {
        return Objects.requireNonNull(JsonMapper.createDefault().readValue(body, Map.class));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    /**
     * A request with events.
     *
     * @param beacon whether the browser said that nobody waits for the answer
     */
    record Sent(String method, @Nullable String contentType, boolean beacon, Map<?, ?> body) {

        List<Event> events() {
            return ((List<?>) Objects.requireNonNull(body.get("batch")))
                    .stream().map(event -> new Event((Map<?, ?>) event)).toList();
        }
    }

    record Event(Map<?, ?> fields) {

        /** The value at a path such as {@code context.page.url}. */
        @Nullable
        Object at(String path) {
            Object value = fields;
            for (String step : path.split("\\.")) {
                value = value instanceof Map<?, ?> map ? map.get(step) : null;
            }
            return value;
        }

        String text(String path) {
            return String.valueOf(at(path));
        }

        String messageId() {
            return text("messageId");
        }

        String session() {
            return text("context.sessionId");
        }
    }
}
