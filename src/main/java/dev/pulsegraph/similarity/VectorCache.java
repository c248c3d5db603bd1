package dev.pulsegraph.similarity;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.embedding.model.Vectors;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vectors in memory, for databases that would compare them one by one. A query is answered from it only when it holds what
 * the query's own snapshot shows; what changed since is read first, as far as that is little. Otherwise the database answers,
 * and the vectors are read in the background. What was used least recently makes room.
 */
@Singleton
class VectorCache {
    private static final Logger LOG = LoggerFactory.getLogger(VectorCache.class);

    /** The database compares fewer in the time of some round trips. */
    private static final int MIN_VECTORS = 500;

    private static final long MAX_CHANGED_BYTES = 4 << 20;

    /** How often it is tried to read an organization's vectors, which may be too few or too many. */
    private static final Duration RETRY = Duration.ofMinutes(1);

    /** Much shorter than {@code prune_embedding_changes} keeps what changed. */
    private static final Duration MAX_UNCONFIRMED = Duration.ofMinutes(30);

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private final VectorRepository vectors;
    private final OperationTransaction transaction;
    private final long maxBytes;

    /** In the order of their use. */
    private final LinkedHashMap<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    private final Cache<Key, Boolean> attempts =
            Caffeine.newBuilder().expireAfterWrite(RETRY).maximumSize(10_000).build();
    private final Semaphore loading = new Semaphore(1);

    VectorCache(
            VectorRepository vectors, OperationTransaction transaction, SearchSettings settings, MeterRegistry meters) {
        this.vectors = vectors;
        this.transaction = transaction;
        this.maxBytes = settings.maxCacheBytes();
        Gauge.builder("pulsegraph.embedding.cache.bytes", this, VectorCache::bytes)
                .description("Bytes of vectors in memory")
                .register(meters);
    }

    synchronized long bytes() {
        return entries.values().stream()
                .mapToLong(entry -> entry.vectors().bytes())
                .sum();
    }

    /** What is held of organizations, to be compared with the snapshot of a query. */
    synchronized Map<Key, CachedVectors> held(Collection<UUID> organizations) {
        entries.values().removeIf(Entry::isOutdated);
        Map<Key, CachedVectors> held = new HashMap<>();
        entries.forEach((key, entry) -> {
            if (organizations.contains(key.organization())) {
                held.put(key, entry.vectors());
            }
        });
        return held;
    }

    /**
     * The vectors of organizations that the snapshot of the running query shows. Those of the others the database compares.
     *
     * @param held what {@code spaces} were compared with
     */
    Map<UUID, CachedVectors> find(Map<Key, CachedVectors> held, List<SimilarRepository.SearchSpace> spaces) {
        Map<UUID, CachedVectors> found = new HashMap<>();
        Map<Key, CachedVectors> changed = new HashMap<>();
        for (SimilarRepository.SearchSpace space : spaces) {
            if (space.spaceId() == null || space.dimensions() == null || !space.isCacheable()) {
                continue;
            }
            var key = new Key(space.organizationId(), space.spaceId());
            CachedVectors known = held.get(key);
            if (known == null || space.cacheState() == null) {
                load(key, space.dimensions());
                continue;
            }
            switch (space.cacheState()) {
                case "current" -> {
                    confirm(key, known);
                    found.put(key.organization(), known);
                }
                case "changed" -> changed.put(key, known);
                default -> {
                    // The snapshot is older.
                }
            }
        }
        Map<Key, CachedVectors> renewed = renew(changed);
        changed.forEach((key, known) -> {
            CachedVectors vectors = renewed.get(key);
            replace(key, known, vectors);
            if (vectors == null) {
                load(key, known.dimensions());
            } else {
                found.put(key.organization(), vectors);
            }
        });
        return found;
    }

    /** What this transaction shows of vectors; without those of which too many changed. */
    private Map<Key, CachedVectors> renew(Map<Key, CachedVectors> known) {
        if (known.isEmpty()) {
            return Map.of();
        }
        var snapshots = Snapshots.of(known);
        int most =
                known.values().stream().mapToInt(VectorCache::maxChanges).min().orElseThrow();
        Map<UUID, List<VectorRepository.Changed>> changes =
                vectors
                        .listChanged(snapshots.organizations(), snapshots.spaces(), snapshots.snapshots(), most + 1)
                        .stream()
                        .collect(Collectors.groupingBy(VectorRepository.Changed::organizationId));
        Map<Key, CachedVectors> renewed = new HashMap<>();
        known.forEach((key, before) -> {
            List<VectorRepository.Changed> changed = changes.getOrDefault(key.organization(), List.of());
            if (changed.size() <= most) {
                renewed.put(key, with(before, changed));
            }
        });
        return renewed;
    }

    private static int maxChanges(CachedVectors vectors) {
        return (int) (MAX_CHANGED_BYTES / CachedVectors.bytesOf(vectors.dimensions()));
    }

    private static CachedVectors with(CachedVectors before, List<VectorRepository.Changed> changed) {
        Set<UUID> ids = new HashSet<>();
        List<CachedVectors.Vector> present = new ArrayList<>();
        for (VectorRepository.Changed change : changed) {
            if (change.id() != null) {
                ids.add(change.id());
                if (change.vector().length > 0) {
                    present.add(vector(
                            change.id(),
                            requireNonNull(change.entityType()),
                            requireNonNull(change.entityId()),
                            change.vector()));
                }
            }
        }
        return before.with(changed.getFirst().snapshot(), ids, present);
    }

    private static CachedVectors.Vector vector(UUID id, String entityType, UUID entityId, byte[] vector) {
        // There are few types, and a text of each for all rows.
        return new CachedVectors.Vector(
                new CachedVectors.Row(id, entityType.intern(), entityId), Vectors.fromBinary(vector));
    }

    /** In the background, of one organization at a time. */
    private void load(Key key, int dimensions) {
        if (attempts.getIfPresent(key) != null || !loading.tryAcquire()) {
            return;
        }
        attempts.put(key, true);
        Thread.ofVirtual().name("vectors").start(() -> {
            try {
                read(key, dimensions);
            } catch (RuntimeException e) {
                LOG.warn("The vectors of an organization could not be read into memory", e);
            } finally {
                loading.release();
            }
        });
    }

    /** Page by page, and then what changed meanwhile, so that all is of one snapshot and no transaction lasts. */
    private void read(Key key, int dimensions) {
        int most = (int) Math.min(maxBytes / CachedVectors.bytesOf(dimensions), Integer.MAX_VALUE - 1);
        long count = asWorker(() -> vectors.count(key.organization(), key.space(), most + 1));
        if (count < MIN_VECTORS || count > most) {
            return;
        }
        makeRoom(count * CachedVectors.bytesOf(dimensions));
        String snapshot = asWorker(vectors::snapshot);
        var read = CachedVectors.none(snapshot, dimensions);
        int pageSize = CachedVectors.blockSize(dimensions);
        UUID last = BEFORE_ALL;
        while (read.bytes() <= maxBytes) {
            UUID after = last;
            List<VectorRepository.Stored> page =
                    asWorker(() -> vectors.listPage(key.organization(), key.space(), after, pageSize));
            read = read.with(
                    snapshot,
                    Set.of(),
                    page.stream()
                            .map(row -> vector(row.id(), row.entityType(), row.entityId(), row.vector()))
                            .toList());
            if (page.size() < pageSize) {
                Map<Key, CachedVectors> pages = Map.of(key, read);
                asWorker(() -> renew(pages)).forEach(this::put);
                return;
            }
            last = page.getLast().id();
        }
    }

    private <T> T asWorker(Supplier<T> work) {
        return transaction.asWorker(TIMEOUT, work);
    }

    private synchronized void put(Key key, CachedVectors vectors) {
        entries.remove(key);
        if (vectors.bytes() <= maxBytes) {
            makeRoom(vectors.bytes());
            entries.put(key, new Entry(vectors, System.nanoTime()));
        }
    }

    /** @param vectors null when they are to go */
    private synchronized void replace(Key key, CachedVectors known, @Nullable CachedVectors vectors) {
        if (holds(key, known)) {
            entries.remove(key);
            if (vectors != null) {
                put(key, vectors);
            }
        }
    }

    private synchronized void confirm(Key key, CachedVectors known) {
        if (holds(key, known)) {
            entries.put(key, new Entry(known, System.nanoTime()));
        }
    }

    /** Another query may have been first. */
    private boolean holds(Key key, CachedVectors known) {
        Entry entry = entries.get(key);
        return entry != null && entry.vectors() == known;
    }

    private synchronized void makeRoom(long bytes) {
        Iterator<Entry> leastRecentlyUsed = entries.values().iterator();
        while (leastRecentlyUsed.hasNext() && bytes() + bytes > maxBytes) {
            leastRecentlyUsed.next();
            leastRecentlyUsed.remove();
        }
    }

    record Key(UUID organization, int space) {}

    /** @param confirmedAt when the database last said that nothing else had changed */
    private record Entry(CachedVectors vectors, long confirmedAt) {
        boolean isOutdated() {
            return System.nanoTime() - confirmedAt > MAX_UNCONFIRMED.toNanos();
        }
    }

    /** The snapshots that vectors were read in, as arrays for the database. */
    record Snapshots(List<UUID> organizations, List<String> spaces, List<String> snapshots) {
        static Snapshots of(Map<Key, CachedVectors> held) {
            List<Map.Entry<Key, CachedVectors>> entries = List.copyOf(held.entrySet());
            return new Snapshots(
                    entries.stream().map(entry -> entry.getKey().organization()).toList(),
                    entries.stream()
                            .map(entry -> String.valueOf(entry.getKey().space()))
                            .toList(),
                    entries.stream().map(entry -> entry.getValue().snapshot()).toList());
        }
    }
}
