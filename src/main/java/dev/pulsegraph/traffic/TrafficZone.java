package dev.pulsegraph.traffic;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.LocalDate;
import java.util.UUID;

/** The time zone that an organization's days of traffic are built for, and which day it is there. */
@MappedEntity("traffic_zones")
record TrafficZone(@Id UUID organizationId, String timeZone, LocalDate today) {}
