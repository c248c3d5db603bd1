package dev.pulsegraph.graphql;

import dev.pulsegraph.organization.OrganizationLoader;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.problem.Problem;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers the value of the test to whoever may see the organization. */
@Singleton
@Requires(property = "test.ticks")
class TickResolver implements Resolver {
    final AtomicInteger reads = new AtomicInteger();
    private final Map<UUID, Integer> numbers = new ConcurrentHashMap<>();
    private final OrganizationLoader organizations;

    TickResolver(OrganizationLoader organizations) {
        this.organizations = organizations;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.subscription(
                        "Subscription.tick",
                        "tick",
                        call -> call.arguments().id("organization", "Organization"),
                        this::tick)
                .field("Tick.fault", call -> {
                    throw new IllegalStateException("a fault of the test");
                });
    }

    void set(UUID organization, int number) {
        numbers.put(organization, number);
    }

    private Tick tick(Call call) {
        reads.incrementAndGet();
        UUID organization = call.arguments().id("organization", "Organization");
        if (organizations.find(GlobalId.encode("Organization", organization)).isEmpty()) {
            throw Problem.notFound("organization", "organization");
        }
        int number = numbers.getOrDefault(organization, 0);
        Integer size = call.arguments().findInt("size");
        return new Tick(number, "x".repeat(size == null ? 0 : size));
    }

    record Tick(int number, String padding) {}
}
