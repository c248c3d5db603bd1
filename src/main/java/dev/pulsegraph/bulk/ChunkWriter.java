package dev.pulsegraph.bulk;

import dev.pulsegraph.batch.Batch;
import dev.pulsegraph.batch.BatchResult;
import dev.pulsegraph.batch.Bisection;
import dev.pulsegraph.batch.Rejection;
import dev.pulsegraph.database.Demand;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.security.Credentials;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Writes a chunk in one transaction, or where single items forbid that, in as few as leave only them out. */
final class ChunkWriter<T> {
    /** Each item found by halves costs some transactions; a chunk of nothing else is refused as a whole. */
    private static final int MAX_FOUND = 100;
    /** What may be the fault of single items. */
    private static final Set<ErrorCode> OF_ITEMS =
            Set.of(ErrorCode.BAD_USER_INPUT, ErrorCode.NOT_FOUND, ErrorCode.CONFLICT);

    private final OperationTransaction transaction;
    private final Bisection bisection;
    private final Credentials credentials;
    private final UUID organization;
    private final BulkSink<T> target;

    ChunkWriter(
            OperationTransaction transaction,
            SqlProblems sqlProblems,
            Credentials credentials,
            UUID organization,
            BulkSink<T> target) {
        this.transaction = transaction;
        this.bisection = new Bisection(sqlProblems::ofItems);
        this.credentials = credentials;
        this.organization = organization;
        this.target = target;
    }

    BatchResult write(Batch<T> batch) {
        var work = new Work(batch.items());
        if (!batch.items().isEmpty()) {
            bisection.write(batch.items().size(), work);
        }
        return batch.result(work.written, work.refused);
    }

    private final class Work implements Bisection.Work {
        private final List<T> items;
        private final List<Rejection> refused = new ArrayList<>();
        private int written;
        private int found;

        Work(List<T> items) {
            this.items = items;
        }

        @Override
        public void write(int from, int to) {
            BatchResult result = transaction.write(
                    credentials,
                    Demand.PATIENT,
                    caller -> target.write(caller, organization, items.subList(from, to)),
                    any -> true);
            written += result.written();
            result.rejected().forEach(rejection -> refused.add(rejection.at(from + rejection.index())));
        }

        @Override
        public boolean isDivisible(Bisection.Failure failure) {
            return failure.isOf(OF_ITEMS) && found < MAX_FOUND;
        }

        @Override
        public void reject(int place, Bisection.Failure failure) {
            found++;
            refused.add(Rejection.of(place, Objects.requireNonNull(failure.problem())));
        }
    }
}
