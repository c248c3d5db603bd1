package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.ErrorCode;
import graphql.ErrorType;
import graphql.ExecutionResult;
import graphql.ExecutionResultImpl;
import graphql.GraphqlErrorBuilder;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a mutation fail before its commit when its answer could not be written after it. */
@Singleton
class AnswerWriter {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerWriter.class);

    private final JsonMapper json;

    AnswerWriter(JsonMapper json) {
        this.json = json;
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
