package dev.pulsegraph.annotation;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.organization.OrganizationRepository;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes annotations, in the one transaction of the operation. */
@Singleton
class AnnotationService {
    private final AnnotationRepository annotations;
    private final OrganizationRepository organizations;
    private final OperationTransaction transaction;

    AnnotationService(
            AnnotationRepository annotations, OrganizationRepository organizations, OperationTransaction transaction) {
        this.annotations = annotations;
        this.organizations = organizations;
        this.transaction = transaction;
    }

    /**
     * Refuses what the caller may not see, before it is told what else is wrong.
     *
     * @param annotation null for a new one
     */
    void requireVisible(UUID organization, @Nullable UUID annotation) {
        organizations.requireVisible(organization);
        if (annotation != null && !get(annotation).organizationId().equals(organization)) {
            throw Problem.notFound("id", "annotation");
        }
    }

    Annotation save(AnnotateInput input) {
        return input.id() == null ? create(input) : update(input, input.id());
    }

    void delete(UUID id) {
        get(id);
        Problem.requireChanged(annotations.delete(id), () -> get(id));
    }

    private Annotation create(AnnotateInput input) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        annotations.create(
                input.organization(),
                id,
                Objects.requireNonNull(input.date()).toString(),
                Objects.requireNonNull(input.text()));
        return get(id);
    }

    private Annotation update(AnnotateInput input, UUID id) {
        String date = input.date() == null ? null : input.date().toString();
        Problem.requireChanged(annotations.update(input.organization(), id, date, input.text()), () -> get(id));
        return get(id);
    }

    private Annotation get(UUID id) {
        return Problem.requireFound(transaction.read(AnnotationRepository.byIds(List.of(id))), "annotation");
    }
}
