package dev.pulsegraph.telemetry;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Sets prices, in the one transaction of the operation. */
@Singleton
class PriceService {
    private final PriceRepository prices;
    private final OrganizationRepository organizations;
    private final OperationTransaction transaction;
    private final Clock clock;

    PriceService(
            PriceRepository prices,
            OrganizationRepository organizations,
            OperationTransaction transaction,
            Clock clock) {
        this.prices = prices;
        this.organizations = organizations;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** Refuses what the caller may not see, before it is told what else is wrong. */
    void requireVisible(UUID organization) {
        organizations.requireVisible(organization);
    }

    /** Sets a price, or replaces the one of this pattern that begins at the same instant. */
    ModelPrice set(SetModelPriceInput input) {
        Instant from = input.validFrom() == null ? clock.instant() : input.validFrom();
        // As PostgreSQL keeps it, which is how it is found again.
        String validFrom = from.truncatedTo(ChronoUnit.MICROS).toString();
        long replaced = prices.replace(
                input.organization(), input.pattern(), validFrom, input.inputPerMillion(), input.outputPerMillion());
        if (replaced == 0) {
            prices.create(
                    input.organization(),
                    input.pattern(),
                    validFrom,
                    input.inputPerMillion(),
                    input.outputPerMillion());
        }
        return Problem.requireFound(
                transaction.read(PriceRepository.own(input.organization(), input.pattern(), validFrom)), "price");
    }
}
