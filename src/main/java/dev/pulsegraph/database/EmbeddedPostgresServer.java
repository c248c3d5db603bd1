package dev.pulsegraph.database;

import com.sun.management.OperatingSystemMXBean;
import dev.pulsegraph.problem.FileProblem;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
 * for passwords that are made with it.
 */
public final class EmbeddedPostgresServer implements PostgresServer, AutoCloseable {
    /** Names the major version, so that a later one finds no data it cannot read. */
    private static final String CLUSTER = "postgres-17";
    /** A crash is recovered from, however long that takes; a start that fails is noticed at once. */
    private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgresServer.class);

    private final Path directory;
    private final @Nullable EmbeddedPostgresProcess process;
    private final @Nullable FileChannel lock;
    private final int port;
    private final @Nullable Path unused;
    private EmbeddedPasswords passwords;
    private boolean isNew;
    private @Nullable EmbeddedPostgresSupervisor supervisor;

    private EmbeddedPostgresServer(
            Path directory,
            @Nullable EmbeddedPostgresProcess process,
            @Nullable FileChannel lock,
            int port,
            EmbeddedPasswords passwords,
            @Nullable Path unused,
            boolean isNew) {
        this.directory = directory;
        this.process = process;
        this.lock = lock;
        this.port = port;
        this.passwords = passwords;
        this.unused = unused;
        this.isNew = isNew;
    }

    /**
     * Starts the server whose data is in {@code directory}, making it when there is none.
     *
     * @param durable whether what is committed survives a crash, and this process; only tests can do without
     */
    public static EmbeddedPostgresServer start(Path directory, boolean durable) {
        FileChannel lock = null;
        EmbeddedPostgresServer started = null;
        try {
            Files.createDirectories(directory);
            lock = lock(directory);
            started = start(directory, durable, lock);
            return started;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The embedded PostgreSQL did not start in " + directory + ": " + FileProblem.reason(e)
                            + ". Name another place by PULSEGRAPH_DATABASE_DATA_DIRECTORY, or a server of your own by"
                            + " DATASOURCES_DEFAULT_URL.",
                    e);
        } finally {
            if (started == null) {
                close(lock);
            }
        }
    }

    private static EmbeddedPostgresServer start(Path directory, boolean durable, FileChannel lock) throws IOException {
        // Apart, since the one without durability is deleted at each start.
        Path data = directory.resolve(durable ? CLUSTER : "throwaway-" + CLUSTER);
        Path unfinished = data.resolveSibling(data.getFileName() + ".unfinished");
        Path unused = data.resolveSibling(data.getFileName() + ".unused");
        var process = new EmbeddedPostgresProcess(data);
        process.stopOrphan();
        // Nobody has used a database whose first start was broken off; half of one would never start again.
        if (!durable || Files.exists(unfinished)) {
            delete(data);
        }
        boolean isMade = !Files.exists(data.resolve("PG_VERSION"));
        EmbeddedPasswords passwords = isMade ? EmbeddedPasswords.make(directory) : EmbeddedPasswords.find(directory);
        if (isMade) {
            Files.writeString(unfinished, "");
            Files.writeString(unused, "");
        }
        Path programs = directory.resolve("postgres-binaries");
        Files.createDirectories(programs);
        keepToOwner(programs);
        int port = process.start(builder(data, programs, directory, passwords, durable));
        keepToOwner(programs);
        var started =
                new EmbeddedPostgresServer(directory, process, lock, port, passwords, unused, Files.exists(unused));
        try {
            if (isMade) {
                started.createOwnerAndDatabase();
            } else {
                started.passwords = EmbeddedPasswords.separate(started, directory, passwords);
            }
            Files.deleteIfExists(unfinished);
            return started;
        } catch (IOException | RuntimeException e) {
            process.stop();
            throw e;
        }
    }

    private static EmbeddedPostgres.Builder builder(
            Path data, Path programs, Path directory, EmbeddedPasswords passwords, boolean durable) {
        return EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(programs.toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(START_TIMEOUT)
                .setConnectConfig("password", passwords.superuser())
                .setLocaleConfig("auth", "scram-sha-256")
                .setLocaleConfig(
                        "pwfile",
                        EmbeddedPasswords.superuserFile(directory)
                                .toAbsolutePath()
                                .toString())
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                .setLocaleConfig("locale", "C")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("max_connections", "100")
                .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                // Everybody comes by TCP; and what lies about in /tmp would keep it from starting again.
                .setServerConfig("unix_socket_directories", "")
                // What statements fail for is told to those who sent them.
                .setServerConfig("log_min_messages", "log")
                .setServerConfig("log_checkpoints", "off")
                // Imports write much at once; a crash is still recovered from in seconds.
                .setServerConfig("shared_buffers", sharedBuffers(durable ? 512 : 128) + "MB")
                .setServerConfig("max_wal_size", "2GB")
                .setServerConfig("wal_compression", "on")
                .setServerConfig("fsync", durable ? "on" : "off")
                .setServerConfig("synchronous_commit", durable ? "on" : "off");
    }

    /** An eighth of the memory of the machine, or of the container, as far as that is of use. */
    private static long sharedBuffers(long most) {
        long memory = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize() >> 20
                : Long.MAX_VALUE;
        return Math.clamp(memory / 8, 32, most);
    }

    /**
     * The server that another process of ours runs in this directory, or else one started here. Closing it stops only
     * what was started here.
     */
    public static EmbeddedPostgresServer attachOrStart(Path directory) {
        Path data = directory.resolve(CLUSTER);
        Path pidFile = data.resolve("postmaster.pid");
        try {
            if (Files.exists(pidFile) && isLocked(directory)) {
                int port = Integer.parseInt(Files.readAllLines(pidFile).get(3).strip());
                Path unused = data.resolveSibling(data.getFileName() + ".unused");
                return new EmbeddedPostgresServer(
                        directory, null, null, port, EmbeddedPasswords.find(directory), unused, Files.exists(unused));
            }
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalStateException("The PostgreSQL that runs in " + directory + " cannot be found: " + e, e);
        }
        return start(directory, true);
    }

    /**
     * From now on PostgreSQL is started again when it ends by itself.
     *
     * @param timeout how long that is tried
     * @param giveUp what happens then
     */
    public void supervise(Duration timeout, Runnable giveUp) {
        if (process != null && supervisor == null) {
            supervisor = new EmbeddedPostgresSupervisor(process, timeout, giveUp);
            supervisor.start();
        }
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
    public void settled() {
        isNew = false;
        try {
            if (unused != null) {
                Files.deleteIfExists(unused);
            }
        } catch (IOException e) {
            LOG.warn("While noting that the database in {} is in use: {}", directory, e.toString());
        }
    }

    @Override
    public String password(String account) {
        return switch (account) {
            case OWNER -> passwords.owner();
            case LOGIN -> passwords.login();
            default -> passwords.superuser();
        };
    }

    /** Lets a process that is ending close this server itself, in its own order, but no longer than this. */
    public void closeAtExitAfter(Duration timeout) {
        if (process != null) {
            process.stopAtExitAfter(timeout);
        }
    }

    @Override
    public void close() {
        if (supervisor != null) {
            supervisor.stop();
        }
        if (process != null) {
            process.stop();
        }
        close(lock);
    }

    private static void close(@Nullable FileChannel lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            LOG.warn("While giving up the lock of the embedded PostgreSQL: {}", e.toString());
        }
    }
}
