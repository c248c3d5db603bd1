package dev.pulsegraph.bulk;

import dev.pulsegraph.database.Demand;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.Rejection;
import dev.pulsegraph.security.Credentials;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Writes a chunk in one transaction, or where single items forbid that, in as few as leave only them out. */
final class ChunkWriter<T> {
    private static final int TRIES = 4;
    private static final int MOST_FOUND = 100;
    /** What may be the fault of single items. */
    private static final Set<ErrorCode> OF_ITEMS =
            Set.of(ErrorCode.BAD_USER_INPUT, ErrorCode.NOT_FOUND, ErrorCode.CONFLICT);

    private final OperationTransaction transaction;
    private final SqlProblems sqlProblems;
    private final Credentials credentials;
    private final UUID organization;
    private final BulkTarget<T> target;

    ChunkWriter(
            OperationTransaction transaction,
            SqlProblems sqlProblems,
            Credentials credentials,
            UUID organization,
            BulkTarget<T> target) {
        this.transaction = transaction;
        this.sqlProblems = sqlProblems;
        this.credentials = credentials;
        this.organization = organization;
        this.target = target;
    }

    BulkResult write(List<T> items) {
        if (items.isEmpty()) {
            return new BulkResult(0, 0, List.of());
        }
        var outcome = new Outcome();
        write(items, 0, outcome);
        return new BulkResult(outcome.written, outcome.unchanged, outcome.rejected);
    }

    private void write(List<T> items, int offset, Outcome outcome) {
        try {
            outcome.add(inTransaction(items), offset);
        } catch (RuntimeException e) {
            Problem problem = sqlProblems.ofItems(e).orElse(null);
            // Each item found so costs some transactions; a chunk of nothing else is refused as a whole.
            if (problem == null
                    || !OF_ITEMS.contains(problem.code())
                    || SqlProblems.isPassing(e)
                    || outcome.found == MOST_FOUND) {
                throw e;
            }
            if (items.size() == 1) {
                outcome.found++;
                outcome.rejected.add(Rejection.of(offset, problem));
            } else {
                int half = items.size() / 2;
                write(items.subList(0, half), offset, outcome);
                write(items.subList(half, items.size()), offset + half, outcome);
            }
        }
    }

    private BulkResult inTransaction(List<T> items) {
        for (int tries = 1; ; tries++) {
            try {
                return transaction.write(
                        credentials,
                        Demand.PATIENT,
                        caller -> target.write(caller, organization, items),
                        result -> true);
            } catch (RuntimeException e) {
                if (tries == TRIES || !SqlProblems.isPassing(e)) {
                    throw e;
                }
            }
        }
    }

    private static final class Outcome {
        private final List<Rejection> rejected = new ArrayList<>();
        private int written;
        private int unchanged;
        private int found;

        void add(BulkResult result, int offset) {
            written += result.written();
            unchanged += result.unchanged();
            result.rejected().forEach(rejection -> rejected.add(rejection.at(offset + rejection.index())));
        }
    }
}
