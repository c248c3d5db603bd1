package dev.pulsegraph.embedding;

import dev.pulsegraph.database.AfterMigration;
import dev.pulsegraph.database.DatabaseException;
import dev.pulsegraph.database.OwnerStatements;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database up to what it can do with vectors: the extension {@code vector} where it may be installed, and an
 * HNSW index for each space that has grown beyond comparing one by one. Those who write are not held up.
 */
@Singleton
class VectorIndexes implements AfterMigration {
    private static final Logger LOG = LoggerFactory.getLogger(VectorIndexes.class);

    /** Of a halfvec an index takes no more. */
    private static final int MAX_DIMENSIONS = 4_000;

    private static final long MEGABYTE = 1 << 20;
    private static final long MAX_MEMORY = 1024 * MEGABYTE;

    private static final String AVAILABLE_EXTENSION =
            "select default_version from pg_available_extensions where name = 'vector' and installed_version is null";

    /** What is a little short of the limit now is not for long. */
    private static final String WITHOUT_INDEX = """
            select s.id, s.dimensions, s.model, n.vectors
            from embedding_spaces s
            cross join lateral (select count(*) as vectors from embeddings e where e.space_id = s.id and e.vector_data is not null) n
            where s.dimensions <= %d and n.vectors > app.exact_search_limit() and not app.embedding_index_is_ready(s.id)
            order by s.id""".formatted(MAX_DIMENSIONS);

    @Override
    public List<String> run(OwnerStatements owner) {
        List<String> done = new ArrayList<>();
        install(owner, done);
        String schema = owner.find("select quote_ident(app.vector_schema())");
        if (schema != null) {
            for (Space space : owner.asGuard(
                    () -> owner.list(WITHOUT_INDEX).stream().map(Space::of).toList())) {
                build(owner, schema, space);
                done.add("Indexed " + space.vectors() + " vectors of " + space.model() + " (" + space.dimensions()
                        + " dimensions).");
            }
        }
        return done;
    }

    private static void install(OwnerStatements owner, List<String> done) {
        String version = owner.find(AVAILABLE_EXTENSION);
        if (version == null) {
            return;
        }
        try {
            owner.execute("create extension if not exists vector");
            done.add("Installed the extension vector " + version + ".");
        } catch (DatabaseException refused) {
            LOG.info(
                    "The extension vector {} is available, but this owner may not install it: {}. An administrator can: create extension vector",
                    version,
                    refused.getMessage());
        }
    }

    /** An index that was left half built is in the way, and built anew. */
    private static void build(OwnerStatements owner, String schema, Space space) {
        String index = "embeddings_space_" + space.id() + "_idx";
        owner.execute("drop index concurrently if exists " + index);
        // The graph is built many times faster where it fits into memory. Built by several processes at once, a
        // concurrent build of pgvector before 0.8.4 may miss rows.
        owner.execute("set maintenance_work_mem = '" + memory(space) / MEGABYTE + "MB'");
        owner.execute("set max_parallel_maintenance_workers = 0");
        owner.execute("create index concurrently " + index + " on embeddings using hnsw ((vector_data::" + schema
                + ".halfvec(" + space.dimensions() + ")) " + schema + ".halfvec_cosine_ops) where space_id = "
                + space.id());
        owner.execute("reset maintenance_work_mem");
        owner.execute("reset max_parallel_maintenance_workers");
    }

    private static long memory(Space space) {
        long graph = space.vectors() * (2L * space.dimensions() + 300);
        return Math.clamp(graph * 3 / 2, 64 * MEGABYTE, MAX_MEMORY);
    }

    private record Space(int id, int dimensions, String model, long vectors) {
        static Space of(List<@Nullable String> row) {
            return new Space(
                    Integer.parseInt(column(row, 0)),
                    Integer.parseInt(column(row, 1)),
                    column(row, 2),
                    Long.parseLong(column(row, 3)));
        }

        private static String column(List<@Nullable String> row, int number) {
            return Objects.requireNonNull(row.get(number), "no column is null");
        }
    }
}
