package dev.pulsegraph.batch;

import java.util.List;

/**
 * What became of the items of a batch; the three numbers together are all of them.
 *
 * @param written how many were new or changed
 * @param unchanged how many were there already
 * @param rejected the others, by their index in the batch
 */
public record BatchResult(int written, int unchanged, List<Rejection> rejected) {
    public BatchResult {
        rejected = List.copyOf(rejected);
    }
}
