package dev.pulsegraph.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** What gzip can be made to hold. */
final class Gzip {
    private Gzip() {}

    static byte[] of(byte[] bytes) {
        return member(bytes, 1);
    }

    /** One byte, so many times over. */
    static byte[] bomb(char what, int megabytes) {
        byte[] piece = new byte[1024 * 1024];
        Arrays.fill(piece, (byte) what);
        return member(piece, megabytes);
    }

    /** A file may have several members, one after the other; each of these is the same. */
    static byte[] members(byte[] member, int many) {
        var all = new ByteArrayOutputStream(member.length * many);
        for (int i = 0; i < many; i++) {
            all.writeBytes(member);
        }
        return all.toByteArray();
    }

    private static byte[] member(byte[] piece, int times) {
        var bytes = new ByteArrayOutputStream();
        try (var zipped = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < times; i++) {
                zipped.write(piece);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
