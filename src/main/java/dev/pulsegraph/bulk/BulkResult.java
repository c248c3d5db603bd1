package dev.pulsegraph.bulk;

import dev.pulsegraph.request.Rejection;
import java.util.List;

/**
 * What became of the items of a chunk.
 *
 * @param written how many were new or changed
 * @param unchanged how many were there already
 * @param rejected the others, by their place in the list that was to be written
 */
public record BulkResult(int written, int unchanged, List<Rejection> rejected) {
    public BulkResult {
        rejected = List.copyOf(rejected);
    }
}
