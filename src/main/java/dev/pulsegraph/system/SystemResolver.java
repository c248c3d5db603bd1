package dev.pulsegraph.system;

import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** The fields of {@code system}, for operators. */
@Singleton
class SystemResolver implements Resolver {
    private final SystemRepository system;
    private final Instant startedAt;

    SystemResolver(SystemRepository system, Clock clock) {
        this.system = system;
        this.startedAt = clock.instant();
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.field("Query.system", call -> {
                    call.caller().requireOperator();
                    return this;
                })
                .field("System.version", call -> Version.get())
                .field("System.startedAt", call -> startedAt)
                .field("System.databaseVersion", call -> system.databaseVersion())
                .field("System.capabilities", call -> system.listCapabilities())
                .field("System.migrations", call -> system.listMigrations())
                .field("System.tables", call -> system.listTables())
                .field("System.slowStatements", call -> hasStatements() ? system.listSlowStatements() : List.of());
    }

    private boolean hasStatements() {
        return system.listCapabilities().stream()
                .anyMatch(capability -> capability.name().equals("pg_stat_statements") && capability.available());
    }
}
