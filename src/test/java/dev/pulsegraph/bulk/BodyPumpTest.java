package dev.pulsegraph.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.request.ContentEncoding;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class BodyPumpTest {
    private static final long LONG = Duration.ofSeconds(30).toNanos();

    @Test
    void who_waits_for_a_body_that_does_not_come_is_told_when_it_is_closed() throws InterruptedException {
        var never = new CountDownLatch(1);
        var pump = new BodyPump(
                new InputStream() {
                    @Override
                    public int read(byte[] target, int offset, int length) throws InterruptedIOException {
                        return read();
                    }

                    @Override
                    public int read() throws InterruptedIOException {
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            throw new InterruptedIOException();
                        }
                        return -1;
                    }
                },
                ContentEncoding.IDENTITY);
        assertThat(pump.next(1_000_000)).isNull();
        pump.close();
        assertThat(Objects.requireNonNull(pump.next(LONG)).failure).isNotNull();
    }

    @Test
    void a_body_without_end_is_read_no_further_than_it_is_asked_for_and_ends_when_it_is_closed()
            throws InterruptedException {
        var pump = new BodyPump(
                new InputStream() {
                    @Override
                    public int read(byte[] target, int offset, int length) {
                        return length;
                    }

                    @Override
                    public int read() {
                        return 0;
                    }
                },
                ContentEncoding.IDENTITY);
        assertThat(Objects.requireNonNull(pump.next(LONG)).failure).isNull();
        pump.close();
        BodyPump.Piece piece = Objects.requireNonNull(pump.next(LONG));
        while (!piece.last) {
            piece = Objects.requireNonNull(pump.next(LONG));
        }
        assertThat(piece.failure).isNotNull();
    }

    @Test
    void who_waits_is_told_whatever_it_was_that_ended_it() throws InterruptedException {
        for (Throwable failure : new Throwable[] {new StackOverflowError("deep"), new IllegalStateException("wrong")}) {
            var pump = new BodyPump(
                    new InputStream() {
                        @Override
                        public int read(byte[] target, int offset, int length) {
                            return read();
                        }

                        @Override
                        public int read() {
                            if (failure instanceof Error error) {
                                throw error;
                            }
                            throw (RuntimeException) failure;
                        }
                    },
                    ContentEncoding.GZIP);
            BodyPump.Piece piece = Objects.requireNonNull(pump.next(LONG));
            assertThat(piece.last).isTrue();
            assertThat(piece.failure).isSameAs(failure);
        }
    }
}
