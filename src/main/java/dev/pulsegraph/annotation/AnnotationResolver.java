package dev.pulsegraph.annotation;

import dev.pulsegraph.graphql.Arguments;
import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.organization.Organization;
import dev.pulsegraph.organization.OrganizationLoader;
import dev.pulsegraph.organization.User;
import dev.pulsegraph.paging.Connection;
import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.time.DateRange;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The fields of annotations. */
@Singleton
class AnnotationResolver implements Resolver {
    private final AnnotationService service;
    private final OrganizationLoader organizations;
    private final Clock clock;

    AnnotationResolver(AnnotationService service, OrganizationLoader organizations, Clock clock) {
        this.service = service;
        this.organizations = organizations;
        this.clock = clock;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.node("Annotation", Annotation.class, AnnotationRepository::byIds)
                .read("Organization.annotations", this::annotations)
                .read(
                        "Annotation.organization",
                        call -> organizations.organization(
                                call, call.source(Annotation.class).organizationId()))
                .read("Annotation.author", this::author)
                .field("Mutation.annotate", call -> {
                    Arguments input = call.input();
                    service.requireVisible(input.id("organization", "Organization"), input.findId("id", "Annotation"));
                    return Map.of("annotation", service.save(input(input)));
                })
                .field("Mutation.deleteAnnotation", call -> {
                    UUID id = call.input().id("id", "Annotation");
                    service.delete(id);
                    return Map.of("deletedId", GlobalId.encode("Annotation", id));
                });
    }

    private CompletableFuture<List<Annotation>> annotations(Call call) {
        Organization organization = call.source(Organization.class);
        LocalDate today =
                clock.instant().atZone(ZoneId.of(organization.timeZone())).toLocalDate();
        DateRange range = call.arguments().days("range").resolve(today);
        return call.read(
                "Organization.annotations",
                organization.id(),
                range,
                (ids, days) -> AnnotationRepository.list(ids, days)
                        .map(found -> Connection.lists(ids, found, Annotation::organizationId)));
    }

    private @Nullable CompletableFuture<User> author(Call call) {
        UUID author = call.source(Annotation.class).authorId();
        return author == null ? null : organizations.user(call, author);
    }

    private static AnnotateInput input(Arguments input) {
        return new AnnotateInput(
                input.id("organization", "Organization"),
                input.findId("id", "Annotation"),
                input.findDate("date"),
                input.findText("text"));
    }
}
