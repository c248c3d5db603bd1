package dev.pulsegraph.ingest;

import dev.pulsegraph.database.KnownKeyRepository;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.database.SqlProblems;
import dev.pulsegraph.security.ApiKeyUsage;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

@Factory
class IngestFactory {

    @Singleton
    GroupCommit<?> groupCommit(
            EventTarget<?> target,
            KnownKeyRepository keys,
            OperationTransaction transaction,
            SqlProblems sqlProblems,
            ApiKeyUsage keyUsage,
            IngestSettings settings,
            IngestMeters meters,
            IngestStop stop) {
        GroupCommit<?> commit = of(target, keys, transaction, sqlProblems, keyUsage, settings, meters);
        stop.watch(commit);
        return commit;
    }

    private static <E> GroupCommit<E> of(
            EventTarget<E> target,
            KnownKeyRepository keys,
            OperationTransaction transaction,
            SqlProblems sqlProblems,
            ApiKeyUsage keyUsage,
            IngestSettings settings,
            IngestMeters meters) {
        return new GroupCommit<>(
                target, new BatchWriter<>(target, keys, transaction, sqlProblems, keyUsage), settings, meters);
    }
}
