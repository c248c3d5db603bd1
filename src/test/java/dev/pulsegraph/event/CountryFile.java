package dev.pulsegraph.event;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a small database in the format of MaxMind, version 2.0: a binary tree of the bits of addresses, with records of 24 bits, then
 * the data that its leaves point to, then the metadata.
 */
final class CountryFile {
    private static final int UNKNOWN = -1;
    private static final int SEPARATOR = 16;
    private static final byte[] MARKER = {
        (byte) 0xab, (byte) 0xcd, (byte) 0xef, 'M', 'a', 'x', 'M', 'i', 'n', 'd', '.', 'c', 'o', 'm'
    };

    /** Each node has two: another node, or {@code UNKNOWN}, or less for the place of data. */
    private final List<int[]> nodes = new ArrayList<>(List.of(new int[] {UNKNOWN, UNKNOWN}));

    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    /** Says what is known of a network, such as {@code 192.0.2.0/24}. */
    CountryFile with(String network, Map<String, ?> row) throws IOException {
        String[] parts = network.split("/", 2);
        byte[] given = InetAddress.ofLiteral(parts[0]).getAddress();
        byte[] address = new byte[16];
        System.arraycopy(given, 0, address, 16 - given.length, given.length);
        int bits = Integer.parseInt(parts[1]) + 8 * (16 - given.length);
        int node = 0;
        for (int i = 0; i < bits - 1; i++) {
            int[] both = nodes.get(node);
            int side = bit(address, i);
            if (both[side] == UNKNOWN) {
                both[side] = nodes.size();
                nodes.add(new int[] {UNKNOWN, UNKNOWN});
            }
            node = both[side];
        }
        nodes.get(node)[bit(address, bits - 1)] = UNKNOWN - 1 - data.size();
        data.write(encoded(row));
        return this;
    }

    Path write(Path file) throws IOException {
        var out = new ByteArrayOutputStream();
        for (int[] both : nodes) {
            for (int record : both) {
                int value = record >= 0
                        ? record
                        : record == UNKNOWN ? nodes.size() : nodes.size() + SEPARATOR + (UNKNOWN - 1 - record);
                out.write(value >> 16);
                out.write(value >> 8);
                out.write(value);
            }
        }
        out.write(new byte[SEPARATOR]);
        out.write(data.toByteArray());
        out.write(MARKER);
        out.write(encoded(new TreeMap<>(Map.of(
                "binary_format_major_version",
                (short) 2,
                "binary_format_minor_version",
                (short) 0,
                "build_epoch",
                1_700_000_000L,
                "database_type",
                "Test-Country",
                "description",
                Map.of("en", "A few networks for tests"),
                "ip_version",
                (short) 6,
                "languages",
                List.of("en"),
                "node_count",
                nodes.size(),
                "record_size",
                (short) 24))));
        return Files.write(file, out.toByteArray());
    }

    private static int bit(byte[] address, int i) {
        return address[i / 8] >> (7 - i % 8) & 1;
    }

    /** A map (7), an array (11), a text (2) or a number of 16, 32 or 64 bits (5, 6, 9), none longer than 28 but for texts. */
    private static byte[] encoded(Object value) throws IOException {
        var out = new ByteArrayOutputStream();
        switch (value) {
            case Map<?, ?> map -> {
                out.write(7 << 5 | map.size());
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.write(encoded(entry.getKey()));
                    out.write(encoded(entry.getValue()));
                }
            }
            case List<?> list -> {
                out.write(list.size());
                out.write(11 - 7);
                for (Object item : list) {
                    out.write(encoded(item));
                }
            }
            case Short number -> {
                out.write(5 << 5 | Short.BYTES);
                out.write(ByteBuffer.allocate(Short.BYTES).putShort(number).array());
            }
            case Integer number -> {
                out.write(6 << 5 | Integer.BYTES);
                out.write(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
            }
            case Long number -> {
                out.write(Long.BYTES);
                out.write(9 - 7);
                out.write(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
            }
            default -> {
                byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
                if (text.length < 29) {
                    out.write(2 << 5 | text.length);
                } else {
                    out.write(2 << 5 | 29);
                    out.write(text.length - 29);
                }
                out.write(text);
            }
        }
        return out.toByteArray();
    }
}
