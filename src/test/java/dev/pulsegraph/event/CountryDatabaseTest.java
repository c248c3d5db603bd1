package dev.pulsegraph.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountryDatabaseTest {
    private final AtomicLong nanos = new AtomicLong();

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = of("AT").write(directory.resolve("country.mmdb"));
    }

    @Test
    void a_country_is_that_of_the_network_in_any_of_the_known_forms() throws IOException {
        new CountryFile()
                .with(
                        "192.0.2.0/24",
                        Map.of("country", Map.of("iso_code", "AT"), "registered_country", Map.of("iso_code", "US")))
                .with("198.51.100.0/25", Map.of("country", "FR", "country_name", "France"))
                .with("198.51.100.128/25", Map.of("country", "Italy", "country_code", "IT"))
                .with("203.0.113.7/32", Map.of("registered_country", Map.of("iso_code", "US")))
                .with("2001:db8:1::/48", Map.of("country", Map.of("iso_code", "JP")))
                .write(file);
        var countries = new CountryDatabase(file, nanos::get);
        assertThat(countries.find("192.0.2.0")).isEqualTo("AT");
        assertThat(countries.find("192.0.2.255:8080")).isEqualTo("AT");
        assertThat(countries.find("192.0.2.9, 10.0.0.1")).as("with the proxies").isEqualTo("AT");
        assertThat(countries.find("198.51.100.3")).isEqualTo("FR");
        assertThat(countries.find("198.51.100.200")).isEqualTo("IT");
        assertThat(countries.find("2001:db8:1:2::3")).isEqualTo("JP");
        assertThat(countries.find("203.0.113.7"))
                .as("where it is registered is no guess of ours")
                .isNull();
        for (String unknown :
                new String[] {"192.0.3.0", "2001:db8:2::1", "::1", "example.org", "", "192.0.2", "1.2.3.4.5"}) {
            assertThat(countries.find(unknown)).as(unknown).isNull();
        }
        assertThat(countries.find(null)).isNull();
    }

    @Test
    void a_newer_file_is_taken_within_a_minute_and_a_broken_one_is_not() throws IOException {
        var countries = new CountryDatabase(file, nanos::get);
        replace(of("DE").write(directory.resolve("next")));
        assertThat(countries.find("192.0.2.1")).isEqualTo("AT");
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(countries.find("192.0.2.1")).isEqualTo("DE");
        replace(Files.writeString(directory.resolve("next"), "no database"));
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(countries.find("192.0.2.1")).isEqualTo("DE");
        Files.delete(file);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(countries.find("192.0.2.1")).isEqualTo("DE");
        of("CH").write(file);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(countries.find("192.0.2.1")).isEqualTo("CH");
    }

    @Test
    void a_path_that_leads_to_no_database_ends_the_start() throws IOException {
        Path text = Files.writeString(directory.resolve("text"), "no database");
        for (Path wrong : new Path[] {text, directory.resolve("missing"), directory}) {
            assertThatThrownBy(() -> new CountryDatabase(wrong, nanos::get))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("pulsegraph.traffic.country-database: `" + wrong + "`");
        }
        assertThat(new CountryDatabase(null, nanos::get).find("192.0.2.1")).isNull();
    }

    private static CountryFile of(String country) throws IOException {
        return new CountryFile().with("192.0.2.0/24", Map.of("country", Map.of("iso_code", country)));
    }

    /** As a program does that fetches new ones. */
    private void replace(Path next) throws IOException {
        Files.setLastModifiedTime(next, FileTime.from(Instant.now().plusSeconds(nanos.get() / 1_000_000_000L + 10)));
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
