package dev.pulsegraph.organization;

import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The time zones that may be named: those of the IANA that PostgreSQL and Java both know, since the one builds rollups
 * and the other says where points begin. An alias such as {@code US/Pacific} is a name like any other. Asked of the
 * database once, which reads hundreds of files for it.
 */
@Singleton
public class TimeZones {
    private final OrganizationRepository organizations;
    private final AtomicReference<@Nullable Map<String, String>> known = new AtomicReference<>();

    TimeZones(OrganizationRepository organizations) {
        this.organizations = organizations;
    }

    /** The zone that is named, or that of the organization. */
    public ZoneId find(@Nullable String named, Organization organization) {
        return ZoneId.of(named == null ? organization.timeZone() : canonical(named));
    }

    /** The name of a zone as the IANA spells it, whatever the case it was given in. */
    public String canonical(String timeZone) {
        return Optional.ofNullable(names().get(timeZone.toLowerCase(Locale.ROOT)))
                .orElseThrow(() -> Problem.badInput(
                        "timeZone",
                        "`" + Problem.shown(timeZone) + "` is not an IANA time zone such as Europe/Berlin or UTC."));
    }

    private Map<String, String> names() {
        Map<String, String> names = known.get();
        if (names == null) {
            names = load();
            known.set(names);
        }
        return names;
    }

    private Map<String, String> load() {
        Set<String> ofJava = ZoneId.getAvailableZoneIds();
        Map<String, String> names = new HashMap<>();
        for (String name : organizations.listTimeZones()) {
            if (ofJava.contains(name)) {
                names.put(name.toLowerCase(Locale.ROOT), name);
            }
        }
        return Map.copyOf(names);
    }
}
