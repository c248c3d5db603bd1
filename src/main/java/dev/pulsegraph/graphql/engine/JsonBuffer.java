package dev.pulsegraph.graphql.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON that is being written as bytes of UTF-8. What was written last can be taken back. */
public final class JsonBuffer {
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    /** The most bytes a character takes: an escape. */
    private static final int MAX_BYTES_A_CHARACTER = 6;

    private static final int MAX_DIGITS = 20;
    /** From here on numbers are written with an exponent. */
    private static final long MAX_WHOLE = 10_000_000;

    private byte[] bytes;
    private int size;

    public JsonBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    public int size() {
        return size;
    }

    /** Takes back what was written since it had this size. */
    void truncate(int earlierSize) {
        size = earlierSize;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** Writes what is JSON already. */
    public void raw(byte[] json, int length) {
        reserve(length);
        System.arraycopy(json, 0, bytes, size, length);
        size += length;
    }

    public void raw(JsonBuffer json) {
        raw(json.bytes, json.size);
    }

    public void raw(char ascii) {
        reserve(1);
        bytes[size++] = (byte) ascii;
    }

    /** Writes text, numbers, flags, null, and maps and lists of these. */
    public void value(@Nullable Object value) {
        switch (value) {
            case null -> ascii("null");
            case String text -> text(text);
            case Integer number -> number(number.longValue());
            case Long number -> number(number.longValue());
            case Double number -> number(number.doubleValue());
            case Boolean flag -> ascii(flag.toString());
            case Number number -> ascii(number.toString());
            case Map<?, ?> map -> object(map);
            case Iterable<?> list -> array(list);
            default -> text(value.toString());
        }
    }

    private void object(Map<?, ?> map) {
        raw('{');
        boolean isFirst = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!isFirst) {
                raw(',');
            }
            isFirst = false;
            text(String.valueOf(entry.getKey()));
            raw(':');
            value(entry.getValue());
        }
        raw('}');
    }

    private void array(Iterable<?> list) {
        raw('[');
        boolean isFirst = true;
        for (Object element : list) {
            if (!isFirst) {
                raw(',');
            }
            isFirst = false;
            value(element);
        }
        raw(']');
    }

    private void number(long number) {
        if (number < 0) {
            ascii(Long.toString(number));
            return;
        }
        reserve(MAX_DIGITS);
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int at = size + digits - 1; at >= size; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
    }

    private void number(double number) {
        long whole = (long) number;
        if (whole == number && Math.abs(whole) < MAX_WHOLE && (whole != 0 || 1 / number > 0)) {
            number(whole);
            raw('.');
            raw('0');
        } else {
            ascii(Double.toString(number));
        }
    }

    private void ascii(String text) {
        int length = text.length();
        reserve(length);
        for (int i = 0; i < length; i++) {
            bytes[size++] = (byte) text.charAt(i);
        }
    }

    public void text(String text) {
        int length = text.length();
        reserve(2 + length);
        bytes[size++] = '"';
        int plain = 0;
        while (plain < length && isPlain(text.charAt(plain))) {
            bytes[size++] = (byte) text.charAt(plain++);
        }
        if (plain < length) {
            rest(text, plain);
        }
        raw('"');
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c < 128 && c != '"' && c != '\\';
    }

    private void rest(String text, int from) {
        int length = text.length();
        reserve((length - from) * MAX_BYTES_A_CHARACTER);
        for (int i = from; i < length; i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                bytes[size++] = (byte) c;
            } else if (c < 0x80) {
                escaped(c);
            } else if (c < 0x800) {
                bytes[size++] = (byte) (0xC0 | (c >> 6));
                bytes[size++] = continuation(c);
            } else if (Character.isSurrogate(c)) {
                // As the library writes them, in pairs of escapes.
                unicode(c);
            } else {
                bytes[size++] = (byte) (0xE0 | (c >> 12));
                bytes[size++] = continuation(c >> 6);
                bytes[size++] = continuation(c);
            }
        }
    }

    private static byte continuation(int bits) {
        return (byte) (0x80 | (bits & 0x3F));
    }

    private void escaped(char c) {
        switch (c) {
            case '"', '\\' -> escape(c);
            case '\n' -> escape('n');
            case '\r' -> escape('r');
            case '\t' -> escape('t');
            case '\b' -> escape('b');
            case '\f' -> escape('f');
            default -> unicode(c);
        }
    }

    private void escape(char c) {
        bytes[size++] = '\\';
        bytes[size++] = (byte) c;
    }

    private void unicode(char c) {
        escape('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[size++] = HEX[(c >> shift) & 0xF];
        }
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }
}
