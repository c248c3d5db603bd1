package dev.pulsegraph.organization;

import dev.pulsegraph.paging.Identified;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@MappedEntity("user_profiles")
public record User(
        @Id UUID id, @Nullable String name, @Nullable String email) implements Identified {}
