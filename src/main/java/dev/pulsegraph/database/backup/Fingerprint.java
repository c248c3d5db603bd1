package dev.pulsegraph.database.backup;

import dev.pulsegraph.security.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Counts rows of COPY's text format as their bytes go by, and adds up what they hold. A row never holds a line feed. */
final class Fingerprint {
    private final MessageDigest row = Sha256.digest();
    private final long[] sum = new long[4];
    private long rows;
    private long bytes;

    void add(byte[] data, int offset, int length) {
        bytes += length;
        int begin = offset;
        for (int i = offset; i < offset + length; i++) {
            if (data[i] == '\n') {
                row.update(data, begin, i - begin);
                begin = i + 1;
                ByteBuffer digest = ByteBuffer.wrap(row.digest());
                for (int word = 0; word < sum.length; word++) {
                    sum[word] += digest.getLong();
                }
                rows++;
            }
        }
        row.update(data, begin, offset + length - begin);
    }

    Manifest.Contents contents() {
        ByteBuffer words = ByteBuffer.allocate(sum.length * Long.BYTES);
        for (long word : sum) {
            words.putLong(word);
        }
        return new Manifest.Contents(rows, bytes, HexFormat.of().formatHex(words.array()));
    }
}
