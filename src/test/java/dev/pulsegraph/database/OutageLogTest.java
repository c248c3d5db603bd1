package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OutageLogTest {
    @Test
    void one_line_a_minute_tells_how_many_there_were() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger logger = (Logger) LoggerFactory.getLogger(OutageLog.class);
        logger.addAppender(lines);
        try {
            var now = new AtomicLong(-5);
            var log = new OutageLog(now::get);
            for (int request = 0; request < 1000; request++) {
                log.note("It is away", new IllegalStateException("why"));
            }
            now.addAndGet(Duration.ofSeconds(59).toNanos());
            log.note("It is away", new IllegalStateException("why"));
            now.addAndGet(Duration.ofSeconds(1).toNanos());
            log.note("It is full", new IllegalStateException("another"));
            now.addAndGet(Duration.ofSeconds(60).toNanos());
            log.note("It is full", new IllegalStateException("another"));
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "It is away: java.lang.IllegalStateException: why",
                        "It is full; 1000 more requests failed likewise since the last line: java.lang.IllegalStateException: another",
                        "It is full: java.lang.IllegalStateException: another");
    }
}
