package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UtcTimestampTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-03-01T09:30:00Z",
                "2026-03-01T09:30:00.1Z",
                "2026-03-01T09:30:00.123Z",
                "2026-12-31T23:59:59.999999999Z",
                "1969-02-28T00:00:00.000000001Z"
            })
    void reads_what_java_reads(String text) {
        assertThat(UtcTimestamp.parse(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-03-01T09:30Z",
                "2026-03-01T09:30:00",
                "2026-03-01T09:30:00+01:00",
                "2026-03-01T09:30:00.Z",
                "2026-03-01T09:30:00.1234567890Z",
                "2026-03-01T09:30:00.12xZ",
                "2026-03-01t09:30:00Z",
                "2026-02-30T09:30:00Z",
                "2026-03-01T24:00:00Z",
                "-026-03-01T09:30:00Z"
            })
    void leaves_all_else(String text) {
        assertThat(UtcTimestamp.parse(text)).isNull();
    }
}
