package dev.pulsegraph.security;

import dev.pulsegraph.problem.FileProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A secret that is made on the first start and kept in a file only its owner can read (mode 600). */
public final class LocalSecret {
    private static final Logger LOG = LoggerFactory.getLogger(LocalSecret.class);
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rw-------");
    private static final Set<Path> TOLD = ConcurrentHashMap.newKeySet();

    private LocalSecret() {}

    /** The secret in a file, if there is one. A file that others may read, or change, is told of. */
    public static Optional<String> find(Path file) {
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            String secret = Files.readString(file).strip();
            if (secret.isEmpty()) {
                throw new IllegalStateException(file + " is empty. Put back the secret that was in it.");
            }
            if (!OWNERS.containsAll(Files.getPosixFilePermissions(file)) && TOLD.add(file)) {
                LOG.warn(
                        "The secret in {} is accessible to other users: chmod 600 {}",
                        file,
                        file.toString().matches("[\\w./-]+") ? file : "'" + file + "'");
            }
            return Optional.of(secret);
        } catch (IOException e) {
            throw unusable("read", file, e);
        }
    }

    public static String findOrCreate(Path file) {
        return find(file).orElseGet(() -> create(file, make()));
    }

    /** A new secret: letters, digits, - and _. */
    public static String make() {
        byte[] bytes = new byte[48];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Keeps a secret in a file that is not there; answers what it holds, which may be that of somebody faster. */
    public static String create(Path file, String secret) {
        try {
            Path directory = Files.createDirectories(file.toAbsolutePath().getParent());
            Path written = Files.createTempFile(directory, ".secret", "", PosixFilePermissions.asFileAttribute(OWNERS));
            try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap((secret + "\n").getBytes(StandardCharsets.UTF_8)));
                channel.force(true);
                // The name appears with the whole secret behind it, and for one creator only.
                Files.createLink(file, written);
            } finally {
                Files.delete(written);
            }
            return secret;
        } catch (FileAlreadyExistsException anotherWasFaster) {
            return find(file).orElseThrow(() -> unusable("write", file, anotherWasFaster));
        } catch (IOException e) {
            throw unusable("write", file, e);
        }
    }

    private static IllegalStateException unusable(String doing, Path file, IOException e) {
        return new IllegalStateException(
                "Cannot " + doing + " " + file + ": " + FileProblem.reason(e)
                        + ". PULSEGRAPH_DATABASE_DATA_DIRECTORY names another place.",
                e);
    }
}
