package dev.pulsegraph.database;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Rows for {@code copy ... from stdin (format binary)}, which PostgreSQL need not parse. A value must be of exactly the type that
 * its column has.
 */
public final class BinaryRows {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final int NONE = -1;
    /** The OID of the type, which arrays name. */
    private static final int TEXT = 25;

    private static final byte JSONB_VERSION = 1;
    private static final int DECIMALS = 4;
    private static final BigInteger BASE = BigInteger.TEN.pow(DECIMALS);
    private static final short NEGATIVE = 0x4000;

    private final int columns;
    private ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);

    /** No rows yet, which will have so many columns. */
    public BinaryRows(int columns) {
        this.columns = columns;
        // Neither flags nor an extension.
        bytes.put(SIGNATURE).putInt(0).putInt(0);
    }

    /** Begins a row; the values of all its columns follow. */
    public void begin() {
        room(Short.BYTES).putShort((short) columns);
    }

    public void add(int value) {
        room(2 * Integer.BYTES).putInt(Integer.BYTES).putInt(value);
    }

    public void add(boolean value) {
        room(Integer.BYTES + 1).putInt(1).put((byte) (value ? 1 : 0));
    }

    public void add(UUID value) {
        room(Integer.BYTES + 2 * Long.BYTES)
                .putInt(2 * Long.BYTES)
                .putLong(value.getMostSignificantBits())
                .putLong(value.getLeastSignificantBits());
    }

    /** A {@code timestamptz}. */
    public void add(Instant value) {
        room(Integer.BYTES + Long.BYTES).putInt(Long.BYTES).putLong(ChronoUnit.MICROS.between(EPOCH, value));
    }

    /** A {@code numeric}: digits of base 10,000, so many of which stand behind its point. */
    public void add(BigDecimal value) {
        int behind = Math.ceilDiv(Math.max(value.scale(), 0), DECIMALS);
        List<Short> digits = new ArrayList<>();
        BigInteger rest = value.abs().setScale(DECIMALS * behind).unscaledValue();
        while (rest.signum() > 0) {
            BigInteger[] parts = rest.divideAndRemainder(BASE);
            digits.addFirst(parts[1].shortValue());
            rest = parts[0];
        }
        int size = (4 + digits.size()) * Short.BYTES;
        room(Integer.BYTES + size)
                .putInt(size)
                .putShort((short) digits.size())
                .putShort((short) (digits.size() - behind - 1))
                .putShort(value.signum() < 0 ? NEGATIVE : 0)
                .putShort((short) Math.max(value.scale(), 0));
        digits.forEach(bytes::putShort);
    }

    public void add(@Nullable String value) {
        if (value == null) {
            room(Integer.BYTES).putInt(NONE);
        } else {
            byte[] text = value.getBytes(StandardCharsets.UTF_8);
            room(Integer.BYTES + text.length).putInt(text.length).put(text);
        }
    }

    /** A {@code text[]}; null when it would be empty. */
    public void addTexts(List<String> values) {
        if (values.isEmpty()) {
            room(Integer.BYTES).putInt(NONE);
            return;
        }
        int begin = room(6 * Integer.BYTES)
                .putInt(0)
                .putInt(1)
                .putInt(0)
                .putInt(TEXT)
                .putInt(values.size())
                .putInt(1)
                .position();
        values.forEach(this::add);
        int size = bytes.position() - begin + 5 * Integer.BYTES;
        bytes.putInt(begin - 6 * Integer.BYTES, size);
    }

    /**
     * A {@code jsonb}.
     *
     * @param utf8 its text
     */
    public void addJson(byte[] utf8) {
        room(Integer.BYTES + 1 + utf8.length)
                .putInt(1 + utf8.length)
                .put(JSONB_VERSION)
                .put(utf8);
    }

    /** A {@code jsonb}, or null. */
    public void addJson(@Nullable String text) {
        if (text == null) {
            add(text);
        } else {
            addJson(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** All of them, with what says that they end. */
    byte[] finish() {
        room(Short.BYTES).putShort((short) NONE);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private ByteBuffer room(int size) {
        if (bytes.remaining() < size) {
            bytes = ByteBuffer.allocate(Math.max(2 * bytes.capacity(), bytes.position() + size))
                    .put(bytes.flip());
        }
        return bytes;
    }
}
