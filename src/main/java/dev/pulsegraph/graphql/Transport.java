package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import graphql.language.OperationDefinition;
import org.jspecify.annotations.Nullable;

/** The way a request came, and what it may ask for. */
enum Transport {
    GET,
    POST,
    SOCKET;

    /** Null when the operation may come this way. */
    @Nullable
    GraphQLResponse refusal(OperationDefinition operation) {
        return switch (operation.getOperation()) {
            case QUERY -> null;
            case MUTATION ->
                this == GET
                        ? GraphQLResponse.refused(
                                Problem.of(ErrorCode.BAD_USER_INPUT, "A mutation is sent by POST; GET is for queries."),
                                GraphQLResponse.METHOD_NOT_ALLOWED)
                        : null;
            case SUBSCRIPTION ->
                this == SOCKET
                        ? null
                        : GraphQLResponse.refused(
                                Problem.of(
                                        ErrorCode.BAD_USER_INPUT,
                                        "A subscription is sent over a WebSocket to this address, in the protocol graphql-transport-ws."));
        };
    }
}
