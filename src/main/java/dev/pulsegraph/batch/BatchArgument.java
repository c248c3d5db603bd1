package dev.pulsegraph.batch;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import java.util.List;

/**
 * The argument of a mutation that lists the items of a batch.
 *
 * @param name as the schema has it
 * @param max how many items a call may have
 * @param noun what a sentence calls them after their number; nothing at all, or a word with a space in front
 * @param advice what to do with more
 */
public record BatchArgument(String name, int max, String noun, String advice) {

    /** Refuses a list that is too long. */
    public <T> List<T> bounded(List<T> items) {
        if (items.size() > max) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED, name, items.size() + noun + " are more than " + max + "; " + advice);
        }
        return items;
    }
}
