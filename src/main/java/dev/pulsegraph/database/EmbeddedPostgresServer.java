package dev.pulsegraph.database;

import dev.pulsegraph.problem.FileProblem;
import dev.pulsegraph.security.LocalSecret;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL 17 as a child of this process, with its data in a directory of ours. It listens on loopback only and asks
 * for a password that is made with it.
 */
public final class EmbeddedPostgresServer implements PostgresServer, AutoCloseable {
    /** Names the major version, so that a later one finds no data it cannot read. */
    private static final String CLUSTER = "postgres-17";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgresServer.class);

    private final @Nullable EmbeddedPostgresProcess process;
    private final @Nullable FileChannel lock;
    private final int port;
    private final String password;
    private final boolean isNew;

    private EmbeddedPostgresServer(
            @Nullable EmbeddedPostgresProcess process,
            @Nullable FileChannel lock,
            int port,
            String password,
            boolean isNew) {
        this.process = process;
        this.lock = lock;
        this.port = port;
        this.password = password;
        this.isNew = isNew;
    }

    /**
     * Starts the server whose data is in {@code directory}, making it when there is none.
     *
     * @param durable whether what is committed survives a crash, and this process; only tests can do without
     */
    public static EmbeddedPostgresServer start(Path directory, boolean durable) {
        // Apart, since the one without durability is deleted at each start.
        Path data = directory.resolve(durable ? CLUSTER : "throwaway-" + CLUSTER);
        Path unfinished = data.resolveSibling(data.getFileName() + ".unfinished");
        try {
            Files.createDirectories(directory);
            FileChannel lock = lock(directory);
            var process = new EmbeddedPostgresProcess(data);
            process.stopOrphan();
            // Nobody has used a database whose first start was broken off; half of one would never start again.
            if (!durable || Files.exists(unfinished)) {
                delete(data);
            }
            boolean isNew = !Files.exists(data.resolve("PG_VERSION"));
            if (isNew) {
                Files.writeString(unfinished, "");
            }
            Path passwordFile = directory.resolve("database-password");
            String password = LocalSecret.findOrCreate(passwordFile);
            Path programs = directory.resolve("postgres-binaries");
            Files.createDirectories(programs);
            keepToOwner(programs);
            var builder = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(programs.toFile())
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setConnectConfig("password", password)
                    .setLocaleConfig("auth", "scram-sha-256")
                    .setLocaleConfig("pwfile", passwordFile.toAbsolutePath().toString())
                    .setLocaleConfig("locale-provider", "builtin")
                    .setLocaleConfig("builtin-locale", "C.UTF-8")
                    .setLocaleConfig("locale", "C")
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setServerConfig("max_connections", "100")
                    .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                    // Imports write much at once; a crash is still recovered from in seconds.
                    .setServerConfig("shared_buffers", durable ? "512MB" : "128MB")
                    .setServerConfig("max_wal_size", "2GB")
                    .setServerConfig("wal_compression", "on")
                    .setServerConfig("fsync", durable ? "on" : "off")
                    .setServerConfig("synchronous_commit", durable ? "on" : "off");
            int port = process.start(builder);
            keepToOwner(programs);
            var started = new EmbeddedPostgresServer(process, lock, port, password, isNew);
            if (isNew) {
                started.createOwnerAndDatabase();
            }
            Files.deleteIfExists(unfinished);
            return started;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The embedded PostgreSQL did not start in " + directory + ": " + FileProblem.reason(e)
                            + ". Name another place by PULSEGRAPH_DATABASE_DATA_DIRECTORY, or a server of your own by"
                            + " DATASOURCES_DEFAULT_URL.",
                    e);
        }
    }

    /**
     * The server that another process of ours runs in this directory, or else one started here. Closing it stops only
     * what was started here.
     */
    public static EmbeddedPostgresServer attachOrStart(Path directory) {
        Path pidFile = directory.resolve(CLUSTER).resolve("postmaster.pid");
        try {
            if (Files.exists(pidFile) && isLocked(directory)) {
                int port = Integer.parseInt(Files.readAllLines(pidFile).get(3).strip());
                String password = LocalSecret.findOrCreate(directory.resolve("database-password"));
                return new EmbeddedPostgresServer(null, null, port, password, false);
            }
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalStateException("The PostgreSQL that runs in " + directory + " cannot be found: " + e, e);
        }
        return start(directory, true);
    }

    /**
     * The library lets everybody write where it unpacks programs. Nobody else may change, or exchange, what the owner runs:
     * before the start, so that what the library allows is of no use without the right to enter, and after it.
     */
    private static void keepToOwner(Path programs) throws IOException {
        Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rwx------");
        Files.setPosixFilePermissions(programs, owner);
        try (DirectoryStream<Path> unpacked = Files.newDirectoryStream(programs, Files::isDirectory)) {
            for (Path top : unpacked) {
                Files.setPosixFilePermissions(top, owner);
            }
        }
    }

    private static boolean isLocked(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(
                        directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException sameProcess) {
            return true;
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new IllegalStateException("Another Pulsegraph uses the data in " + directory
                    + ". Stop it, or give this one another place with PULSEGRAPH_DATABASE_DATA_DIRECTORY.");
        }
        return channel;
    }

    @Override
    public boolean isNew() {
        return isNew;
    }

    @Override
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    @Override
    public String password() {
        return password;
    }

    /** Lets a process that is ending close this server itself, in its own order, but no longer than this. */
    public void closeAtExitAfter(Duration patience) {
        if (process != null) {
            process.stopAtExitAfter(patience);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.stop();
        }
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            LOG.warn("While giving up the lock of the embedded PostgreSQL: {}", e.toString());
        }
    }
}
