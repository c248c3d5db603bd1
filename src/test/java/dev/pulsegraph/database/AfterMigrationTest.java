package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What features do after a migration. */
class AfterMigrationTest {
    @Test
    void commands_that_migrate_find_the_steps_of_features() {
        try (var context = DatabaseContext.open()) {
            assertThat(context.getBeansOfType(AfterMigration.class))
                    .extracting(step -> step.getClass().getSimpleName())
                    .contains("VectorIndexes");
        }
    }
}
