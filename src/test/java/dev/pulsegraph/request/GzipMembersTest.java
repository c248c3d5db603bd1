package dev.pulsegraph.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GzipMembersTest {
    private final Random random = new Random(7);

    @Test
    void members_are_decoded_one_after_the_other_however_they_arrive() throws IOException {
        var plain = new ByteArrayOutputStream();
        var zipped = new ByteArrayOutputStream();
        for (int i = 0; i < 300; i++) {
            byte[] part = new byte[random.nextInt(30_000) * random.nextInt(2)];
            random.nextBytes(part);
            Arrays.fill(part, part.length / 3, part.length, (byte) i);
            plain.write(part);
            zipped.write(zipped(part));
        }
        byte[] sent = zipped.toByteArray();
        assertThat(decoded(new ByteArrayInputStream(sent))).isEqualTo(plain.toByteArray());
        assertThat(decoded(new Trickle(sent))).isEqualTo(plain.toByteArray());
    }

    @Test
    void all_a_header_may_have_is_passed_over() throws IOException {
        byte[] plain = zipped(new byte[] {'x'});
        var sent = new ByteArrayOutputStream();
        sent.write(plain, 0, 3);
        sent.write(0b11111);
        sent.write(plain, 4, 6);
        sent.write(new byte[] {3, 0, 1, 2, 3});
        sent.write("a name\0".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        sent.write("a comment\0".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        sent.write(new byte[] {9, 9});
        sent.write(plain, 10, plain.length - 10);
        assertThat(decoded(new ByteArrayInputStream(sent.toByteArray()))).containsExactly('x');
    }

    @Test
    void many_members_that_hold_nothing_are_no_body() throws IOException {
        var sent = new ByteArrayOutputStream();
        byte[] empty = zipped(new byte[0]);
        for (int i = 0; i < 10_000; i++) {
            sent.write(empty);
        }
        refused(sent.toByteArray(), "more than 1000 empty members in a row");
        assertThat(decoded(new ByteArrayInputStream(empty))).isEmpty();
    }

    @Test
    void a_name_without_end_is_no_header() throws IOException {
        byte[] plain = zipped(new byte[] {'x'});
        plain[3] = 8;
        byte[] sent = Arrays.copyOf(plain, 10 + 100_000);
        Arrays.fill(sent, 10, sent.length, (byte) 'n');
        refused(sent, "a header of more than");
    }

    @Test
    void what_is_broken_is_told() throws IOException {
        byte[] zipped = zipped("something".repeat(100).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        for (int length = 0; length < zipped.length; length++) {
            refused(Arrays.copyOf(zipped, length), "");
        }
        for (int i : new int[] {0, 1, 2, 3, 12, zipped.length - 8, zipped.length - 1}) {
            byte[] broken = zipped.clone();
            broken[i] ^= (byte) 0xe1;
            refused(broken, "");
        }
        refused(Arrays.copyOf(zipped, zipped.length + 5), "no header of gzip");
    }

    private static void refused(byte[] sent, String why) {
        assertThatThrownBy(() -> decoded(new ByteArrayInputStream(sent)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    private static byte[] decoded(InputStream in) throws IOException {
        try (InputStream decoded = ContentEncoding.GZIP.decode(in)) {
            return decoded.readAllBytes();
        }
    }

    private static byte[] zipped(byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    /** Gives a few bytes at a time, and says that there are no more yet. */
    private static final class Trickle extends FilterInputStream {
        Trickle(byte[] bytes) {
            super(new ByteArrayInputStream(bytes));
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return super.read(target, offset, Math.min(length, 7));
        }

        @Override
        public int available() {
            return 0;
        }
    }
}
