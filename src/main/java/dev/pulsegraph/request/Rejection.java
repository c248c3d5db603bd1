package dev.pulsegraph.request;

import dev.pulsegraph.problem.Problem;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.serde.annotation.Serdeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Why an item of a batch was not taken; the rest of the batch was.
 *
 * @param index its place in the batch, 0 for the first
 */
@Serdeable
public record Rejection(int index, String code, String reason) {

    /** Of an item that the database refused. */
    public static Rejection of(int index, Problem problem) {
        return new Rejection(index, problem.code().name(), problem.getMessage());
    }

    /** The same of an item at another place. */
    public Rejection at(int other) {
        return new Rejection(other, code, reason);
    }

    /** Those that a function of SQL answered as JSON. */
    public static List<Rejection> list(JsonMapper json, String written) {
        try {
            return json.readValue(written, Argument.listOf(Rejection.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Both, in the order of the batch. */
    public static List<Rejection> inOrder(List<Rejection> some, List<Rejection> others) {
        return Stream.concat(some.stream(), others.stream())
                .sorted(Comparator.comparingInt(Rejection::index))
                .toList();
    }
}
