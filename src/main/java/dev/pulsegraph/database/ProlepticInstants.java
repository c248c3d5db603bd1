package dev.pulsegraph.database;

import io.micronaut.core.convert.ConversionContext;
import io.micronaut.data.runtime.convert.DataTypeConverter;
import jakarta.inject.Singleton;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.Optional;
import java.util.TimeZone;

/**
 * Instants as PostgreSQL means them. The driver makes a {@link Timestamp} of one in the Julian calendar when it lies
 * before October 1582: then the day it shows is right, and the instant it stands for is not. Instants are written as
 * text for the same reason. The ten days that the Julian calendar skipped are shown as the ten after them.
 */
@Singleton
class ProlepticInstants implements DataTypeConverter<Timestamp, Instant> {
    private static final long GREGORIAN = Instant.parse("1582-10-15T00:00:00Z").toEpochMilli();

    @Override
    public Optional<Instant> convert(Timestamp timestamp, Class<Instant> type, ConversionContext context) {
        return Optional.of(instant(timestamp));
    }

    static Instant instant(Timestamp timestamp) {
        return timestamp.getTime() >= GREGORIAN ? timestamp.toInstant() : proleptic(timestamp);
    }

    private static Instant proleptic(Timestamp timestamp) {
        var shown = new GregorianCalendar(TimeZone.getTimeZone(ZoneOffset.UTC));
        shown.setTimeInMillis(timestamp.getTime());
        return LocalDateTime.of(
                        shown.get(Calendar.YEAR),
                        shown.get(Calendar.MONTH) + 1,
                        shown.get(Calendar.DAY_OF_MONTH),
                        shown.get(Calendar.HOUR_OF_DAY),
                        shown.get(Calendar.MINUTE),
                        shown.get(Calendar.SECOND),
                        timestamp.getNanos())
                .toInstant(ZoneOffset.UTC);
    }
}
