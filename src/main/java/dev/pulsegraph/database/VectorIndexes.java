package dev.pulsegraph.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database up to what it can do with vectors: the extension {@code vector} where it may be installed, and an
 * HNSW index for each space that has grown beyond comparing one by one. Works as the owner of the tables.
 */
final class VectorIndexes {
    private static final Logger LOG = LoggerFactory.getLogger(VectorIndexes.class);

    /** Of a halfvec an index takes no more. */
    private static final int MOST_DIMENSIONS = 4_000;

    private static final long MEGABYTE = 1 << 20;
    private static final long MOST_MEMORY = 1024 * MEGABYTE;

    /** As the guard, who sees all rows. What is a little short of the limit now is not for long. */
    private static final String WITHOUT_INDEX = """
            select s.id, s.dimensions, s.model, n.vectors
            from embedding_spaces s
            cross join lateral (select count(*) as vectors from embeddings e where e.space_id = s.id and e.vector_data is not null) n
            where s.dimensions <= %d and n.vectors > app.exact_search_limit() and not app.embedding_index_is_ready(s.id)
            order by s.id""".formatted(MOST_DIMENSIONS);

    private VectorIndexes() {}

    /**
     * Builds what is missing, without holding up those who write.
     *
     * @param owner a connection of the owner of the tables, in no transaction
     * @return what was done, a sentence each
     */
    static List<String> build(Connection owner) throws SQLException {
        List<String> done = new ArrayList<>();
        try (Statement statement = owner.createStatement()) {
            install(statement, done);
            String schema = text(statement, "select quote_ident(app.vector_schema())");
            if (schema != null) {
                for (Space space : withoutIndex(statement)) {
                    build(statement, schema, space);
                    done.add("Indexed " + space.vectors() + " vectors of " + space.model() + " (" + space.dimensions()
                            + " dimensions).");
                }
            }
        }
        return done;
    }

    private static void install(Statement statement, List<String> done) throws SQLException {
        String available = text(
                statement,
                "select default_version from pg_available_extensions where name = 'vector' and installed_version is null");
        if (available == null) {
            return;
        }
        try {
            statement.execute("create extension if not exists vector");
            done.add("Installed the extension vector " + available + ".");
        } catch (SQLException refused) {
            LOG.info(
                    "The extension vector {} is at hand, and this owner may not install it: {}. An administrator can: create extension vector",
                    available,
                    refused.getMessage());
        }
    }

    private static List<Space> withoutIndex(Statement statement) throws SQLException {
        List<Space> spaces = new ArrayList<>();
        statement.execute("set role pulsegraph_guard");
        try (ResultSet rows = statement.executeQuery(WITHOUT_INDEX)) {
            while (rows.next()) {
                spaces.add(new Space(rows.getInt(1), rows.getInt(2), rows.getString(3), rows.getLong(4)));
            }
        } finally {
            statement.execute("reset role");
        }
        return spaces;
    }

    /** An index that was left half built is in the way, and built anew. */
    private static void build(Statement statement, String schema, Space space) throws SQLException {
        String index = "embeddings_space_" + space.id() + "_idx";
        statement.execute("drop index concurrently if exists " + index);
        // The graph is built many times faster where it fits into memory. Built by several processes at once, a
        // concurrent build of pgvector before 0.8.4 may miss rows.
        statement.execute("set maintenance_work_mem = '" + memory(space) / MEGABYTE + "MB'");
        statement.execute("set max_parallel_maintenance_workers = 0");
        statement.execute("create index concurrently " + index + " on embeddings using hnsw ((vector_data::" + schema
                + ".halfvec(" + space.dimensions() + ")) " + schema + ".halfvec_cosine_ops) where space_id = "
                + space.id());
        statement.execute("reset maintenance_work_mem");
        statement.execute("reset max_parallel_maintenance_workers");
    }

    private static long memory(Space space) {
        long graph = space.vectors() * (2L * space.dimensions() + 300);
        return Math.clamp(graph * 3 / 2, 64 * MEGABYTE, MOST_MEMORY);
    }

    private static @Nullable String text(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private record Space(int id, int dimensions, String model, long vectors) {}
}
