package dev.pulsegraph.ingest;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import java.util.List;

/**
 * What became of the items of a chunk.
 *
 * @param written how many were new or changed
 * @param unchanged how many were there already
 * @param rejected the others
 */
public record BulkResult(int written, int unchanged, List<Rejection> rejected) {
    public BulkResult {
        rejected = List.copyOf(rejected);
    }

    /** Of items that were rejected as those of a mutation are. */
    public static BulkResult of(int written, int unchanged, List<dev.pulsegraph.request.Rejection> rejected) {
        return new BulkResult(
                written,
                unchanged,
                rejected.stream()
                        .map(one -> new Rejection(one.index(), Problem.parse(ErrorCode.BAD_USER_INPUT, one.reason())))
                        .toList());
    }

    /**
     * One that was left out.
     *
     * @param index its place in the list that was to be written
     */
    public record Rejection(int index, Problem problem) {}
}
