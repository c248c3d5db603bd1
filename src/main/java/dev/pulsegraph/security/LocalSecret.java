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
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** A secret that is made on the first start and kept in a file only its owner can read (mode 600). */
public final class LocalSecret {
    private LocalSecret() {}

    public static Optional<String> find(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException e) {
            throw unusable("read", file, e);
        }
    }

    public static String findOrCreate(Path file) {
        return find(file).orElseGet(() -> create(file));
    }

    private static String create(Path file) {
        byte[] bytes = new byte[48];
        new SecureRandom().nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        try {
            Path directory = Files.createDirectories(file.toAbsolutePath().getParent());
            Path written = Files.createTempFile(
                    directory,
                    ".secret",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
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
