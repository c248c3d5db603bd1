package dev.pulsegraph.event;

import com.maxmind.db.CHMCache;
import com.maxmind.db.Reader;
import io.micronaut.context.annotation.Context;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Countries of addresses, from a file in the format of MaxMind that the operator keeps: GeoLite2 or GeoIP2 Country or City, DB-IP,
 * IPinfo. A newer file is taken within a minute; one that cannot be read is warned of, and the one before is kept. Addresses are
 * looked up before they are truncated, and are kept nowhere.
 */
@Context
class CountryDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(CountryDatabase.class);
    private static final String SETTING = "pulsegraph.traffic.country-database";
    private static final long CHECK_INTERVAL = Duration.ofMinutes(1).toNanos();

    private final @Nullable Path path;
    private final LongSupplier nanos;
    private final AtomicLong nextCheck;
    private volatile @Nullable Opened opened;

    @Inject
    CountryDatabase(EventSettings settings) {
        this(settings.countryDatabase(), System::nanoTime);
    }

    /** @throws IllegalArgumentException when there is a path, and no such database */
    CountryDatabase(@Nullable Path path, LongSupplier nanos) {
        this.path = path;
        this.nanos = nanos;
        this.nextCheck = new AtomicLong(nanos.getAsLong() + CHECK_INTERVAL);
        if (path != null) {
            try {
                this.opened = open(path);
            } catch (IOException | RuntimeException e) {
                throw new IllegalArgumentException(
                        SETTING + ": `" + path + "` is no database in the format of MaxMind that can be read.", e);
            }
        }
    }

    /** The code of the country by ISO 3166, of two letters; null when it is not known. */
    @Nullable
    String find(@Nullable String address) {
        if (path == null || address == null) {
            return null;
        }
        renew(path);
        Opened current = opened;
        InetAddress parsed = IpAddresses.parsed(address).orElse(null);
        if (current == null || parsed == null) {
            return null;
        }
        try {
            return country(current.reader.get(parsed, Map.class));
        } catch (IOException | RuntimeException e) {
            // An address of IPv6 in a file of IPv4, or a record that is broken: no more is known of it.
            LOG.debug("No country of an address", e);
            return null;
        }
    }

    /** {@code country.iso_code} of MaxMind and DB-IP, {@code country_code} or {@code country} of IPinfo. */
    private static @Nullable String country(@Nullable Map<?, ?> row) {
        if (row == null) {
            return null;
        }
        Object country = row.get("country");
        Object beside = row.get("country_code");
        Object code = country instanceof Map<?, ?> named ? named.get("iso_code") : beside == null ? country : beside;
        return code instanceof String text ? text : null;
    }

    /** Takes the file as it is now, when it has changed. One thread looks, the others go on. */
    private void renew(Path file) {
        long now = nanos.getAsLong();
        long due = nextCheck.get();
        if (now - due < 0 || !nextCheck.compareAndSet(due, now + CHECK_INTERVAL)) {
            return;
        }
        Opened current = opened;
        try {
            if (current == null || !current.modified.equals(Files.getLastModifiedTime(file))) {
                opened = open(file);
                LOG.info("Took the new database of countries {}", file);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("{}: {} cannot be read; the one before is kept", SETTING, file, e);
        }
    }

    private static Opened open(Path file) throws IOException {
        FileTime modified = Files.getLastModifiedTime(file);
        // In memory, so that nothing that is done to the file harms who reads.
        return new Opened(new Reader(file.toFile(), Reader.FileMode.MEMORY, new CHMCache()), modified);
    }

    private record Opened(Reader reader, FileTime modified) {}
}
