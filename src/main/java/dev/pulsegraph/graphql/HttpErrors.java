package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Json;
import io.micronaut.configuration.graphql.GraphQLConfiguration;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import jakarta.inject.Singleton;

/**
 * What is refused before it reaches a controller, in the one form errors have here. The framework's own words are left
 * out, because they tell of the inside.
 */
@Singleton
class HttpErrors implements ErrorResponseProcessor<byte[]> {
    private final Json json;
    private final GraphQLConfiguration endpoint;

    HttpErrors(Json json, GraphQLConfiguration endpoint) {
        this.json = json;
        this.endpoint = endpoint;
    }

    @Override
    public MutableHttpResponse<byte[]> processResponse(ErrorContext context, MutableHttpResponse<?> response) {
        HttpRequest<?> request = context.getRequest();
        HttpStatus status = precise(response.status(), request);
        boolean isForGraphql = request.getPath().equals(endpoint.getPath());
        // A type with our name says that the answer does not come from some proxy.
        String type = isForGraphql ? ContentNegotiation.GRAPHQL_RESPONSE : MediaType.APPLICATION_JSON;
        return response.status(status)
                .body(body(problem(status)))
                .header(HttpHeaders.CONTENT_TYPE, type + "; charset=utf-8")
                .header(HttpHeaders.CONNECTION, "close");
    }

    /** The server says 413 of whatever is too long. */
    private static HttpStatus precise(HttpStatus status, HttpRequest<?> request) {
        Throwable undecoded = request instanceof NettyHttpRequest<?> netty
                ? netty.getNativeRequest().decoderResult().cause()
                : null;
        return switch (undecoded) {
            case TooLongHttpLineException line -> HttpStatus.REQUEST_URI_TOO_LONG;
            case TooLongHttpHeaderException headers -> HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
            case null -> status;
            default -> status;
        };
    }

    private Problem problem(HttpStatus status) {
        return switch (status) {
            case NOT_FOUND ->
                Problem.of(
                        ErrorCode.NOT_FOUND,
                        "There is nothing at this address; the endpoint is " + endpoint.getPath()
                                + " and nothing below it.");
            case METHOD_NOT_ALLOWED ->
                Problem.of(
                        ErrorCode.BAD_USER_INPUT,
                        "This method is not supported here; the header `Allow` says which are.");
            case REQUEST_ENTITY_TOO_LARGE ->
                Problem.of(ErrorCode.LIMIT_EXCEEDED, "The body of the request is too large.");
            case REQUEST_URI_TOO_LONG ->
                Problem.of(ErrorCode.LIMIT_EXCEEDED, "The address is too long; send the operation by POST.");
            case REQUEST_HEADER_FIELDS_TOO_LARGE ->
                Problem.of(ErrorCode.LIMIT_EXCEEDED, "The headers of the request are too large.");
            default ->
                status.getCode() < 500
                        ? Problem.of(
                                ErrorCode.BAD_USER_INPUT,
                                "The request cannot be understood: " + status.getReason() + ".")
                        : Problem.of(ErrorCode.INTERNAL, "An internal error occurred and was logged.");
        };
    }

    private byte[] body(Problem problem) {
        return json.bytes(GraphQLResponse.refused(problem).body());
    }
}
