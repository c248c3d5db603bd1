package dev.pulsegraph.telemetry;

import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.paging.Connection;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The fields of the price book. */
@Singleton
class PriceResolver implements Resolver {
    private static final int MAX_PATTERN = 200;

    private final PriceService service;

    PriceResolver(PriceService service) {
        this.service = service;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.read("Organization.priceBook", PriceResolver::priceBook).field("Mutation.setModelPrice", call -> {
            Arguments input = call.input();
            service.requireVisible(input.id("organization", "Organization"));
            return Map.of("price", service.set(input(input)));
        });
    }

    private static CompletableFuture<List<ModelPrice>> priceBook(Call call) {
        return call.read(
                "Organization.priceBook",
                call.source(Organization.class).id(),
                Optional.ofNullable(call.arguments().findName("model", MAX_PATTERN)),
                (ids, model) -> PriceRepository.book(ids, model.orElse(null))
                        .map(found -> Connection.lists(ids, found, ModelPrice::organizationId)));
    }

    private static SetModelPriceInput input(Arguments input) {
        return new SetModelPriceInput(
                input.id("organization", "Organization"),
                input.name("pattern").toLowerCase(Locale.ROOT),
                input.findInstant("validFrom"),
                Objects.requireNonNull(input.findDouble("inputPerMillion")),
                Objects.requireNonNull(input.findDouble("outputPerMillion")));
    }
}
