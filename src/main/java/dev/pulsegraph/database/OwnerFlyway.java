package dev.pulsegraph.database;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.core.order.Ordered;
import io.micronaut.flyway.FlywayConfigurationProperties;
import jakarta.inject.Singleton;

/**
 * Tells micronaut-flyway who migrates, before it does: the owner of the tables, whose account is only known once the
 * embedded server is up. Its configuration is not called {@code default}, because it would then migrate once more through
 * the pool, whose login may do nothing.
 */
@Singleton
class OwnerFlyway implements BeanCreatedEventListener<FlywayConfigurationProperties>, Ordered {
    static final String NAME = "owner";

    private final BeanProvider<DatabaseAccess> access;
    private final BeanProvider<DatabaseSettings> settings;

    OwnerFlyway(BeanProvider<DatabaseAccess> access, BeanProvider<DatabaseSettings> settings) {
        this.access = access;
        this.settings = settings;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public FlywayConfigurationProperties onCreated(BeanCreatedEvent<FlywayConfigurationProperties> event) {
        FlywayConfigurationProperties flyway = event.getBean();
        flyway.setCleanSchema(false);
        if (flyway.getNameQualifier().equals(NAME) && flyway.isEnabled()) {
            var owner = access.get().owner().filter(known -> settings.get().migrate());
            flyway.setEnabled(owner.isPresent());
            owner.ifPresent(account -> {
                flyway.setUrl(account.url());
                flyway.setUser(account.username());
                flyway.setPassword(account.password());
                flyway.setProperties(Migrations.properties(flyway, account));
            });
        }
        return flyway;
    }
}
