package dev.pulsegraph.support;

import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.security.Tokens;
import io.micronaut.json.JsonMapper;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks the running server over HTTP, as somebody. */
@Singleton
public class Api {
    private static final Pattern SUBSCRIPTION = Pattern.compile("\"query\"\\s*:\\s*\"\\s*subscription\\b");

    private final EmbeddedServer server;
    private final Tokens tokens;
    private final JsonMapper json;
    private final HttpClient http = HttpClient.newHttpClient();

    Api(EmbeddedServer server, Tokens tokens, JsonMapper json) {
        this.server = server;
        this.tokens = tokens;
        this.json = json;
    }

    /** A caller with a token; the id comes from the e-mail as everywhere. */
    public As as(String email) {
        return new As(this, token(email, false));
    }

    public As asOperator(String email) {
        return new As(this, token(email, true));
    }

    /** A caller with whatever is given as a bearer, such as an API key; null for no header at all. */
    public As bearer(@Nullable String bearer) {
        return new As(this, bearer);
    }

    public String token(String email, boolean operator) {
        return tokens.issue(
                Demo.idOf(email), email.substring(0, email.indexOf('@')), email, operator, Duration.ofHours(1));
    }

    public URI uri(String path) {
        return server.getURI().resolve(path);
    }

    /** Sends any request and reads the answer as JSON, when it is. */
    public Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            Map<String, @Nullable Object> body = new LinkedHashMap<>();
            if (response.body().startsWith("{")
                    && json.readValue(response.body(), Object.class) instanceof Map<?, ?> map) {
                map.forEach((key, value) -> body.put(String.valueOf(key), value));
            }
            return new Answer(response.statusCode(), response.headers(), response.body(), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What a subscription answers first, as if it had been asked over HTTP. */
    private Answer first(As somebody, String body) {
        try (var socket = GraphQLSocket.ready(new Json(json), somebody)) {
            socket.send("{\"id\":\"1\",\"type\":\"subscribe\",\"payload\":" + body + "}");
            GraphQLSocket.Message message = socket.expect("next", "error");
            Map<String, @Nullable Object> answer = new LinkedHashMap<>();
            if (message.type().equals("error")) {
                answer.put("errors", message.body().get("payload"));
            } else if (message.body().get("payload") instanceof Map<?, ?> payload) {
                payload.forEach((key, value) -> answer.put(String.valueOf(key), value));
            }
            return new Answer(200, HttpHeaders.of(Map.of(), (name, value) -> true), write(answer), answer);
        }
    }

    String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Somebody who asks. */
    public record As(Api api, @Nullable String bearer) {

        public Answer ask(String query) {
            return ask(query, Map.of());
        }

        public Answer ask(String query, Map<String, ?> variables) {
            return post(api.write(Map.of("query", query, "variables", variables)));
        }

        /** Posts a body as it is. A subscription is asked over a WebSocket, for its first value. */
        public Answer post(String body) {
            return SUBSCRIPTION.matcher(body).find() ? api.first(this, body) : posted(body);
        }

        /** Posts a body as it is, whatever it holds. */
        public Answer posted(String body) {
            return api.send(request("/graphql")
                    .header("Content-Type", "application/json")
                    .header("Accept", "application/graphql-response+json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build());
        }

        public HttpRequest.Builder request(String path) {
            var request = HttpRequest.newBuilder(api.uri(path)).timeout(Duration.ofSeconds(60));
            return bearer == null ? request : request.header("Authorization", "Bearer " + bearer);
        }
    }
}
