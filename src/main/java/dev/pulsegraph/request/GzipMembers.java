package dev.pulsegraph.request;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes gzip (RFC 1952), member after member. The decoder of the JDK calls itself for each member that is empty, until its
 * stack ends, and takes what has not arrived yet for the end; others keep the name that a header has, however long.
 */
final class GzipMembers extends InputStream {
    private static final int BUFFER = 8192;
    private static final int MAGIC_FIRST = 0x1f;
    private static final int MAGIC_SECOND = 0x8b;
    private static final int DEFLATED = 8;
    private static final int CHECKED_HEADER = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;
    /** Of a header: file systems have shorter names, and comments are rare. */
    private static final int MAX_HEADER_LENGTH = 64 * 1024;
    /** Nobody means so many that hold nothing. */
    private static final int MAX_EMPTY = 1000;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] compressed = new byte[BUFFER];
    private int available;
    private boolean inMember;
    private boolean isOver;
    private int empty;

    GzipMembers(InputStream in) throws IOException {
        this.in = new BufferedInputStream(in, BUFFER);
        int first = this.in.read();
        if (first < 0) {
            throw new EOFException("an empty body is not gzip");
        }
        begin(first);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!isOver) {
            if (!inMember) {
                next();
                continue;
            }
            int inflated = inflate(target, offset, length);
            if (inflated > 0) {
                checksum.update(target, offset, inflated);
                return inflated;
            }
            if (inflater.finished()) {
                end();
            } else if (inflater.needsDictionary()) {
                throw new IOException("gzip knows no dictionaries");
            } else if (inflater.needsInput()) {
                fill();
            }
        }
        return -1;
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        try {
            return inflater.inflate(target, offset, length);
        } catch (DataFormatException e) {
            throw new IOException("not deflated", e);
        }
    }

    private void fill() throws IOException {
        in.mark(BUFFER);
        available = in.read(compressed);
        if (available < 0) {
            throw new EOFException("a member ends early");
        }
        inflater.setInput(compressed, 0, available);
    }

    private void next() throws IOException {
        int first = in.read();
        if (first < 0) {
            isOver = true;
        } else {
            begin(first);
        }
    }

    private void begin(int first) throws IOException {
        var header = new Header();
        if (first != MAGIC_FIRST || header.one() != MAGIC_SECOND || header.one() != DEFLATED) {
            throw new IOException("no header of gzip");
        }
        int flags = header.one();
        if ((flags & RESERVED) != 0) {
            throw new IOException("reserved flags of gzip");
        }
        header.skip(6);
        if ((flags & EXTRA) != 0) {
            int low = header.one();
            header.skip(low + (header.one() << Byte.SIZE));
        }
        if ((flags & NAME) != 0) {
            header.skipText();
        }
        if ((flags & COMMENT) != 0) {
            header.skipText();
        }
        if ((flags & CHECKED_HEADER) != 0) {
            header.skip(2);
        }
        inflater.reset();
        checksum.reset();
        available = 0;
        inMember = true;
    }

    private void end() throws IOException {
        // What was read ahead belongs to the trailer and to the next member.
        int unused = inflater.getRemaining();
        if (available > 0) {
            in.reset();
            in.skipNBytes(available - unused);
        }
        if (four() != checksum.getValue() || four() != (inflater.getBytesWritten() & 0xffffffffL)) {
            throw new IOException("a member is not what its checksum says");
        }
        empty = inflater.getBytesWritten() == 0 ? empty + 1 : 0;
        if (empty > MAX_EMPTY) {
            throw new IOException("more than " + MAX_EMPTY + " empty members in a row");
        }
        inMember = false;
    }

    private long four() throws IOException {
        long value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            value |= (long) byteOf(in.read()) << shift;
        }
        return value;
    }

    private static int byteOf(int read) throws IOException {
        if (read < 0) {
            throw new EOFException("a member ends early");
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }

    /** Counts what a header has. */
    private final class Header {
        private int length;

        int one() throws IOException {
            if (++length > MAX_HEADER_LENGTH) {
                throw new IOException("a header of more than " + MAX_HEADER_LENGTH + " bytes");
            }
            return byteOf(in.read());
        }

        void skip(int bytes) throws IOException {
            for (int i = 0; i < bytes; i++) {
                one();
            }
        }

        void skipText() throws IOException {
            while (one() != 0) {
                // until its end
            }
        }
    }
}
