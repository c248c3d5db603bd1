package dev.pulsegraph.batch;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Json;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * Why an item of a batch was not taken; the rest of the batch was.
 *
 * @param index its place in the batch, 0 for the first
 */
@Serdeable
public record Rejection(int index, String code, String reason) {

    /** Of an item that is refused as other things are. */
    public static Rejection of(int index, Problem problem) {
        return new Rejection(index, problem.code().name(), problem.getMessage());
    }

    /** The same of an item at another place. */
    public Rejection at(int other) {
        return new Rejection(other, code, reason);
    }

    /** Those that a function of SQL answered as JSON. */
    public static List<Rejection> list(Json json, String written) {
        return json.list(written, Rejection.class);
    }
}
