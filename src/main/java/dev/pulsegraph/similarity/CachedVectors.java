package dev.pulsegraph.similarity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All vectors of an organization in one space, as a snapshot of the database shows them. Immutable: what changes makes
 * another, which shares the numbers that did not.
 */
final class CachedVectors {
    private static final int MAX_BLOCK = 1_024;
    private static final int MIN_BLOCK = 16;
    private static final int NUMBERS_OF_A_BLOCK = 1 << 19;

    /** A row, its id and that of its entity, and references to them. */
    private static final int BYTES_OF_A_ROW = 96;

    private static final Comparator<Near> BEST_FIRST = Comparator.comparingDouble(Near::score)
            .reversed()
            .thenComparing(near -> near.row().id(), CachedVectors::compare);

    private final String snapshot;
    private final int dimensions;
    private final List<Block> blocks;

    private CachedVectors(String snapshot, int dimensions, List<Block> blocks) {
        this.snapshot = snapshot;
        this.dimensions = dimensions;
        this.blocks = blocks;
    }

    /** @param snapshot text of a {@code pg_snapshot} */
    static CachedVectors none(String snapshot, int dimensions) {
        return new CachedVectors(snapshot, dimensions, List.of());
    }

    static long bytesOf(int dimensions) {
        return BYTES_OF_A_ROW + (long) Float.BYTES * dimensions;
    }

    /** How many vectors lie together, and are best read at once. */
    static int blockSize(int dimensions) {
        return Math.clamp(NUMBERS_OF_A_BLOCK / dimensions, MIN_BLOCK, MAX_BLOCK);
    }

    String snapshot() {
        return snapshot;
    }

    int dimensions() {
        return dimensions;
    }

    long bytes() {
        return blocks.stream().mapToLong(block -> block.rows.length).sum() * bytesOf(dimensions);
    }

    /**
     * What another snapshot shows.
     *
     * @param changed ids of all that may differ
     * @param present those of them that are there now
     */
    CachedVectors with(String other, Set<UUID> changed, List<Vector> present) {
        int size = blockSize(dimensions);
        List<Block> kept = new ArrayList<>();
        List<Vector> moved = new ArrayList<>(present);
        for (Block block : blocks) {
            Block left = block.without(changed);
            if (left.present >= size / 2) {
                kept.add(left);
            } else {
                left.addTo(moved);
            }
        }
        for (int from = 0; from < moved.size(); from += size) {
            kept.add(Block.of(dimensions, moved.subList(from, Math.min(from + size, moved.size()))));
        }
        return new CachedVectors(other, dimensions, kept);
    }

    /**
     * The nearest entities, each by its best chunk, nearest first; of equal ones that with the lower id, as in SQL.
     *
     * @param query of unit length
     * @param depth how many entities
     * @param matches which rows may be answered
     */
    List<Near> nearest(float[] query, int depth, Predicate<Row> matches) {
        var best = new Best(depth);
        var scores = new Scores(query);
        for (Block block : blocks) {
            double[] found = scores.of(block);
            for (int i = 0; i < block.rows.length; i++) {
                Row row = block.rows[i];
                if (row != null && best.isWanted(found[i]) && matches.test(row)) {
                    best.add(new Near(row, found[i]));
                }
            }
        }
        return best.list();
    }

    /** The order of ids in PostgreSQL, where they are bytes without a sign. */
    private static int compare(UUID a, UUID b) {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    }

    /** A chunk of an entity. */
    record Row(UUID id, String entityType, UUID entityId) {}

    /** A row with its numbers, of unit length. */
    @SuppressWarnings("ArrayRecordComponent")
    record Vector(Row row, float[] numbers) {}

    /** The best chunk of an entity. */
    record Near(Row row, double score) {}

    /** Vectors that lie together: the first numbers of all of them, then the second ones, and so on. */
    private static final class Block {
        /** Null where a vector has gone. */
        private final @Nullable Row[] rows;

        private final float[] numbers;
        private final int present;

        private Block(@Nullable Row[] rows, float[] numbers, int present) {
            this.rows = rows;
            this.numbers = numbers;
            this.present = present;
        }

        static Block of(int dimensions, List<Vector> vectors) {
            int size = vectors.size();
            Row[] rows = new Row[size];
            float[] numbers = new float[size * dimensions];
            for (int row = 0; row < size; row++) {
                Vector vector = vectors.get(row);
                rows[row] = vector.row();
                for (int i = 0; i < dimensions; i++) {
                    numbers[i * size + row] = vector.numbers()[i];
                }
            }
            return new Block(rows, numbers, size);
        }

        Block without(Set<UUID> ids) {
            @Nullable Row[] left = rows.clone();
            int gone = 0;
            for (int i = 0; i < left.length; i++) {
                Row row = left[i];
                if (row != null && ids.contains(row.id())) {
                    left[i] = null;
                    gone++;
                }
            }
            return gone == 0 ? this : new Block(left, numbers, present - gone);
        }

        void addTo(List<Vector> vectors) {
            for (int i = 0; i < rows.length; i++) {
                Row row = rows[i];
                if (row != null) {
                    float[] vector = new float[numbers.length / rows.length];
                    for (int d = 0; d < vector.length; d++) {
                        vector[d] = numbers[d * rows.length + i];
                    }
                    vectors.add(new Vector(row, vector));
                }
            }
        }
    }

    /**
     * Dot products of a query with all vectors of a block. Those of one vector are added up as in {@code app.dot_expression},
     * in double precision, so that both are the same to the last bit; a number of all vectors comes before the next, which
     * the JIT compiles to vector instructions.
     */
    private static final class Scores {
        /** Terms that SQL adds up before it adds the next so many. */
        private static final int TERMS = 128;

        private final float[] query;
        private double[] sums = {};
        private double[] parts = {};

        Scores(float[] query) {
            this.query = query;
        }

        /** @return the same array each time, which may be longer than the block */
        double[] of(Block block) {
            int size = block.rows.length;
            if (sums.length < size) {
                sums = new double[size];
                parts = new double[size];
            }
            for (int from = 0; from < query.length; from += TERMS) {
                int to = Math.min(from + TERMS, query.length);
                double[] terms = from == 0 ? sums : parts;
                multiply(block.numbers, from * size, query[from], terms, size);
                for (int i = from + 1; i < to; i++) {
                    multiplyAndAdd(block.numbers, i * size, query[i], terms, size);
                }
                if (from > 0) {
                    add(parts, sums, size);
                }
            }
            return sums;
        }

        private static void multiply(float[] numbers, int offset, double factor, double[] terms, int size) {
            for (int row = 0; row < size; row++) {
                // 0 makes 0 of -0, which SQL takes for equal.
                terms[row] = numbers[offset + row] * factor + 0.0;
            }
        }

        private static void multiplyAndAdd(float[] numbers, int offset, double factor, double[] terms, int size) {
            for (int row = 0; row < size; row++) {
                terms[row] += numbers[offset + row] * factor;
            }
        }

        private static void add(double[] parts, double[] sums, int size) {
            for (int row = 0; row < size; row++) {
                sums[row] += parts[row];
            }
        }
    }

    /** The best chunks of so many entities, as far as rows were looked at. */
    private static final class Best {
        private final int depth;
        private final Map<Entity, Near> byEntity = new HashMap<>();
        private final PriorityQueue<Near> worstFirst = new PriorityQueue<>(BEST_FIRST.reversed());

        Best(int depth) {
            this.depth = depth;
        }

        boolean isWanted(double score) {
            Near worst = worstFirst.peek();
            return byEntity.size() < depth || worst == null || score >= worst.score();
        }

        void add(Near near) {
            Near known = byEntity.get(Entity.of(near));
            if (known != null && BEST_FIRST.compare(known, near) <= 0) {
                return;
            }
            if (known != null) {
                worstFirst.remove(known);
            }
            byEntity.put(Entity.of(near), near);
            worstFirst.add(near);
            if (byEntity.size() > depth) {
                byEntity.remove(Entity.of(worstFirst.remove()));
            }
        }

        List<Near> list() {
            return byEntity.values().stream().sorted(BEST_FIRST).toList();
        }

        private record Entity(String type, UUID id) {
            static Entity of(Near near) {
                return new Entity(near.row().entityType(), near.row().entityId());
            }
        }
    }
}
