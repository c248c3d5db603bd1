package dev.pulsegraph.graphql;

import dev.pulsegraph.database.Callers;
import dev.pulsegraph.http.BodyRefusal;
import dev.pulsegraph.http.HeldBodies;
import dev.pulsegraph.http.HttpSettings;
import dev.pulsegraph.http.InFlightLimit;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.ContentEncoding;
import dev.pulsegraph.request.StrictJson;
import dev.pulsegraph.security.Credentials;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * GraphQL over HTTP, as the specification of that name has it: POST for everything, GET for queries.
 *
 * <p>It replaces the controller of micronaut-graphql, which executes mutations sent by GET or by a form, answers 406 to
 * {@code application/graphql-response+json} and 500 to what is not JSON, and runs on the event loop.
 */
@Controller("${graphql.path:/graphql}")
@Replaces(io.micronaut.configuration.graphql.GraphQLController.class)
class GraphQLController {
    private static final int TOO_SLOW = 408;

    private final OperationRunner runner;
    private final Callers callers;
    private final HeldBodies bodies;
    private final InFlightLimit budget;
    private final ResponseWriter writer;
    private final StrictJson strictJson;
    private final int maxBody;

    GraphQLController(
            OperationRunner runner,
            Callers callers,
            HeldBodies bodies,
            HttpSettings settings,
            ResponseWriter writer,
            StrictJson strictJson,
            HttpServerConfiguration server) {
        this.runner = runner;
        this.callers = callers;
        this.bodies = bodies;
        this.budget = new InFlightLimit(settings.bodyBytes());
        this.writer = writer;
        this.strictJson = strictJson;
        this.maxBody = Math.toIntExact(server.getMaxRequestBufferSize());
    }

    @Post(consumes = MediaType.ALL, produces = MediaType.ALL)
    @ExecuteOn(TaskExecutors.BLOCKING)
    HttpResponse<byte[]> post(ServerHttpRequest<?> http) {
        return respond(http, Transport.POST, share -> {
            // Every other type a browser would send without asking first is refused, and with it cross-site requests.
            MediaType type = http.getContentType().orElse(null);
            if (type == null || !type.getName().equalsIgnoreCase(MediaType.APPLICATION_JSON) || !isUtf8(type)) {
                throw new Refusal(415, "Send the body as `Content-Type: application/json`, in UTF-8.");
            }
            ContentEncoding encoding = ContentEncoding.of(http.getHeaders().get(HttpHeaders.CONTENT_ENCODING))
                    .orElseThrow(() -> new Refusal(415, "`Content-Encoding` may be gzip or identity."));
            Object parsed;
            try {
                parsed = strictJson.read(bodies.decoded(body(http, share), encoding, maxBody, share));
            } catch (IOException notJson) {
                throw new Refusal(400, "The body is not JSON in UTF-8.");
            }
            if (parsed instanceof Map<?, ?> parameters) {
                return GraphQLRequest.of(parameters);
            }
            throw new Refusal(
                    422, "The body must be a JSON object with `query`; several requests in one are not supported.");
        });
    }

    @Get(produces = MediaType.ALL, headRoute = false)
    @ExecuteOn(TaskExecutors.BLOCKING)
    HttpResponse<byte[]> get(HttpRequest<?> http) {
        return respond(http, Transport.GET, share -> {
            Map<String, Object> parameters = new HashMap<>();
            for (String name : new String[] {"query", "documentId", "operationName", "variables", "extensions"}) {
                String value = http.getParameters().get(name);
                if (value != null && !value.isEmpty()) {
                    parameters.put(
                            name, name.equals("variables") || name.equals("extensions") ? parsed(name, value) : value);
                }
            }
            return GraphQLRequest.of(parameters);
        });
    }

    private byte[] body(ServerHttpRequest<?> http, InFlightLimit.Share share) {
        try {
            return bodies.read(http, maxBody, share).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof BodyRefusal refusal ? refusal : e;
        }
    }

    private Object parsed(String name, String value) {
        try {
            Object parsed = strictJson.read(value);
            if (parsed != null) {
                return parsed;
            }
        } catch (IOException notJson) {
            // falls through to the refusal below
        }
        throw new Refusal(400, name + ": not JSON.");
    }

    private HttpResponse<byte[]> respond(
            HttpRequest<?> http, Transport transport, Function<InFlightLimit.Share, GraphQLRequest> request) {
        long begin = System.nanoTime();
        Optional<ContentNegotiation> accepted =
                ContentNegotiation.of(http.getHeaders().getAll(HttpHeaders.ACCEPT));
        GraphQLResponse response;
        if (accepted.isEmpty()) {
            response = GraphQLResponse.refused(
                    Problem.of(
                            ErrorCode.BAD_USER_INPUT,
                            "The header `Accept` must allow " + ContentNegotiation.GRAPHQL_RESPONSE
                                    + " or application/json."),
                    406);
        } else {
            response = answer(http, transport, request);
        }
        return serialize(accepted.orElse(ContentNegotiation.GRAPHQL), response, begin);
    }

    private GraphQLResponse answer(
            HttpRequest<?> http, Transport transport, Function<InFlightLimit.Share, GraphQLRequest> request) {
        try {
            Credentials credentials = callers.accepted(http.getHeaders().get(HttpHeaders.AUTHORIZATION));
            try (InFlightLimit.Share share = budget.share(credentials.label())) {
                return runner.run(request.apply(share), http, credentials, transport);
            }
        } catch (Refusal refusal) {
            return GraphQLResponse.refused(
                    Problem.parse(ErrorCode.BAD_USER_INPUT, String.valueOf(refusal.getMessage())), refusal.status);
        } catch (BodyRefusal refusal) {
            return reject(refusal);
        } catch (Problem problem) {
            return GraphQLResponse.refused(problem);
        } catch (RuntimeException | Error unexpected) {
            return runner.failed(unexpected);
        }
    }

    private static GraphQLResponse reject(BodyRefusal refusal) {
        String message = refusal.getMessage();
        return switch (refusal.kind()) {
            case TOO_LARGE -> GraphQLResponse.refused(Problem.of(ErrorCode.LIMIT_EXCEEDED, message), 413);
            case NO_ROOM -> GraphQLResponse.rateLimited(message, 1);
            case TOO_SLOW -> GraphQLResponse.refused(Problem.of(ErrorCode.TIMEOUT, message), TOO_SLOW);
            case BROKEN ->
                GraphQLResponse.refused(Problem.of(ErrorCode.BAD_USER_INPUT, message), GraphQLResponse.BAD_REQUEST);
        };
    }

    private HttpResponse<byte[]> serialize(ContentNegotiation accepted, GraphQLResponse response, long begin) {
        byte[] body;
        try (GraphQLResponse.Room room = response.room()) {
            body = writer.bytes(room, response.body().getSpecification());
        } catch (Problem late) {
            return serialize(accepted, GraphQLResponse.refused(late), begin);
        }
        int status = accepted == ContentNegotiation.JSON && response.status() == GraphQLResponse.PARTIAL_SUCCESS
                ? GraphQLResponse.OK
                : response.status();
        // A client that only knows application/json gets it for successes; other statuses may come from any proxy, so
        // only their type tells that this one is ours.
        String type = accepted == ContentNegotiation.JSON && status < 300
                ? MediaType.APPLICATION_JSON
                : ContentNegotiation.GRAPHQL_RESPONSE;
        MutableHttpResponse<byte[]> http = HttpResponse.<byte[]>status(status, status == 294 ? "Partial Success" : null)
                .body(body)
                .header(HttpHeaders.CONTENT_TYPE, type + "; charset=utf-8")
                .header("Server-Timing", "operation;dur=" + Math.round((System.nanoTime() - begin) / 10_000.0) / 100.0);
        if (response.retryAfterSeconds() != null) {
            http.header(HttpHeaders.RETRY_AFTER, response.retryAfterSeconds().toString());
        }
        if (status == GraphQLResponse.UNAUTHORIZED) {
            http.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (status == TOO_SLOW) {
            http.header(HttpHeaders.CONNECTION, "close");
        }
        if (status == GraphQLResponse.METHOD_NOT_ALLOWED) {
            http.header(HttpHeaders.ALLOW, "POST");
        }
        return http;
    }

    private static boolean isUtf8(MediaType type) {
        return type.getParameters()
                .get("charset")
                .map(charset -> charset.equalsIgnoreCase("utf-8"))
                .orElse(true);
    }

    /** A request that is not well-formed, with the status for it. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refusal(int status, String message) {
            super(message, null, false, false);
            this.status = status;
        }
    }
}
