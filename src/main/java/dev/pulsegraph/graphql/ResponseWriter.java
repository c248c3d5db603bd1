package dev.pulsegraph.graphql;

import dev.pulsegraph.graphql.engine.JsonBuffer;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import graphql.ErrorType;
import graphql.ExecutionResult;
import graphql.ExecutionResultImpl;
import graphql.GraphqlErrorBuilder;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes answers as JSON within the time of their operation, and has a mutation fail before its commit when its answer could
 * not be written after it.
 */
@Singleton
class ResponseWriter {
    private static final String DATA = "data";
    /** What errors and extensions take in most responses. */
    private static final int USUAL_REST = 256;

    private static final int LOOK_AT_THE_CLOCK = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ResponseWriter.class);

    private final JsonMapper json;

    ResponseWriter(JsonMapper json) {
        this.json = json;
    }

    /**
     * Writes an answer, or a part of one.
     *
     * @param room that is held for it; a {@link Problem} when its time is over before all is written
     */
    byte[] bytes(GraphQLResponse.@Nullable Room room, Object value) {
        if (value instanceof Map<?, ?> body && body.get(DATA) instanceof JsonBuffer data) {
            return around(room, data, body);
        }
        var bytes = new ByteArrayOutputStream();
        try {
            json.writeValue(new TimedStream(bytes, room), value);
            return bytes.toByteArray();
        } catch (IOException e) {
            Problem late = room == null ? null : room.usage().stopped();
            throw late != null ? late : new UncheckedIOException(e);
        }
    }

    /** Writes a response whose data was written already. */
    private byte[] around(GraphQLResponse.@Nullable Room room, JsonBuffer data, Map<?, ?> body) {
        var all = new JsonBuffer(data.size() + USUAL_REST);
        char before = '{';
        for (Map.Entry<?, ?> entry : body.entrySet()) {
            all.raw(before);
            all.value(entry.getKey());
            all.raw(':');
            if (entry.getValue() == data) {
                all.raw(data);
            } else {
                byte[] rest = bytes(room, Objects.requireNonNull(entry.getValue()));
                all.raw(rest, rest.length);
            }
            before = ',';
        }
        all.raw('}');
        return all.toBytes();
    }

    /** Ends the writing of what nobody waits for any more. */
    private static final class TimedStream extends FilterOutputStream {
        private final GraphQLResponse.@Nullable Room room;
        private int untilLook = LOOK_AT_THE_CLOCK;

        TimedStream(OutputStream out, GraphQLResponse.@Nullable Room room) {
            super(out);
            this.room = room;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            untilLook -= length;
            if (room != null && room.isTimed() && untilLook <= 0) {
                untilLook = LOOK_AT_THE_CLOCK;
                room.usage().requireTime();
            }
        }
    }

    ExecutionResult checked(ExecutionResult result) {
        if (!result.getErrors().isEmpty() || !result.isDataPresent()) {
            return result;
        }
        try {
            json.writeValue(OutputStream.nullOutputStream(), result.<Object>getData());
            return result;
        } catch (IOException | RuntimeException notWritable) {
            LOG.warn("The answer of a mutation cannot be written", notWritable);
            return ExecutionResultImpl.newExecutionResult()
                    .data(null)
                    .addError(GraphqlErrorBuilder.newError()
                            .errorType(ErrorType.DataFetchingException)
                            .message(
                                    "The answer holds something that cannot be written as JSON, so nothing was changed.")
                            .extensions(Map.of("code", ErrorCode.BAD_USER_INPUT.name()))
                            .build())
                    .build();
        }
    }
}
