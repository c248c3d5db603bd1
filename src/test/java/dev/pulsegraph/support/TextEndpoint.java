package dev.pulsegraph.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** An endpoint that makes vectors, well or not: each request takes the next behaviour, and the last one stays. */
public final class TextEndpoint implements AutoCloseable {
    public static final int DIMENSIONS = 4;

    /** What it does with a request. */
    public interface Behaviour {
        void answer(HttpExchange exchange, Request request) throws IOException;
    }

    /**
     * What it was sent.
     *
     * @param headers by name, in whatever case
     */
    public record Request(Map<String, List<String>> headers, Map<?, ?> body) {
        public List<String> texts() {
            return ((List<?>) Objects.requireNonNull(body.get("input")))
                    .stream().map(String::valueOf).toList();
        }
    }

    private final HttpServer server;
    private final Queue<Behaviour> next = new ConcurrentLinkedQueue<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final JsonMapper json = JsonMapper.createDefault();
    private volatile Behaviour last;

    public TextEndpoint() {
        this.last = well();
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/embeddings", this::handle);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /** From now on, one behaviour a request; the last one for all further requests. */
    public void will(Behaviour... behaviours) {
        next.clear();
        next.addAll(List.of(behaviours));
        last = behaviours[behaviours.length - 1];
    }

    public List<Request> requests() {
        return requests;
    }

    private void handle(HttpExchange exchange) throws IOException {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(exchange.getRequestHeaders());
        var request = new Request(
                headers,
                Objects.requireNonNull(json.readValue(exchange.getRequestBody().readAllBytes(), Map.class)));
        requests.add(request);
        Behaviour behaviour = next.poll();
        try {
            (behaviour == null ? last : behaviour).answer(exchange, request);
        } finally {
            exchange.close();
        }
    }

    /** The vector it makes of a text: its length, its first character, and two more. */
    public static float[] vector(String text) {
        return new float[] {text.length(), text.isEmpty() ? 0 : text.charAt(0), 0.5f, -1};
    }

    public Behaviour well() {
        return (exchange, request) -> {
            List<Object> data = new ArrayList<>();
            List<String> texts = request.texts();
            for (int i = 0; i < texts.size(); i++) {
                data.add(item(i, numbers(texts.get(i))));
            }
            send(exchange, 200, json.writeValueAsString(Map.of("object", "list", "data", data, "model", "m")));
        };
    }

    public static Object item(int index, Object embedding) {
        return Map.of("object", "embedding", "index", index, "embedding", embedding);
    }

    public static List<Float> numbers(String text) {
        float[] vector = vector(text);
        return List.of(vector[0], vector[1], vector[2], vector[3]);
    }

    /** With these vectors, whatever the texts. */
    public Behaviour data(Object... items) {
        return (exchange, request) -> send(exchange, 200, json.writeValueAsString(Map.of("data", List.of(items))));
    }

    public static Behaviour status(int status, String body, String... headers) {
        return (exchange, request) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            send(exchange, status, body);
        };
    }

    public static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
