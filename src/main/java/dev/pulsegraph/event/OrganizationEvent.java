package dev.pulsegraph.event;

import java.util.UUID;

/** A received event and whose it is, which the key has said. */
record OrganizationEvent(UUID organization, ReceivedEvent event) {}
