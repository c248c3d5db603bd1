package dev.pulsegraph.privacy;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.event.ErasureConsumer;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.privacy.PrivacyRequestRepository.Erased;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Erases visitors, in the one transaction of the operation. */
@Singleton
class VisitorEraser {
    private final PrivacyRequestRepository requests;
    private final OrganizationRepository organizations;
    private final List<ErasureConsumer> consumers;
    private final OperationTransaction transaction;

    VisitorEraser(
            PrivacyRequestRepository requests,
            OrganizationRepository organizations,
            List<ErasureConsumer> consumers,
            OperationTransaction transaction) {
        this.requests = requests;
        this.organizations = organizations;
        this.consumers = consumers;
        this.transaction = transaction;
    }

    PrivacyRequest erase(UUID organization, String visitor) {
        organizations.requireVisible(organization);
        if (!organizations.has("admin", organization)) {
            throw Problem.forbiddenByRole();
        }
        List<Erased> erased = requests.erase(organization, visitor);
        var quarters =
                erased.stream().map(Erased::quarter).filter(Objects::nonNull).toList();
        consumers.forEach(consumer -> consumer.erased(organization, quarters));
        UUID request = erased.getFirst().request();
        return transaction
                .read(PrivacyRequestRepository.byIds(List.of(request)))
                .getFirst();
    }
}
