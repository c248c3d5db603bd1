package dev.pulsegraph.database;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ApplicationContextConfiguration;
import io.micronaut.context.DefaultApplicationContext;
import io.micronaut.context.DefaultApplicationContextBuilder;
import io.micronaut.flyway.FlywayConfigurationProperties;
import io.micronaut.inject.BeanDefinitionReference;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.util.List;
import java.util.Map;

/**
 * The settings and the beans that migrate, with those that come {@linkplain AfterMigration after}, and no more: no pool,
 * nothing that serves. It is for commands that work on a database before it is fit for a server, and migrates nothing by
 * itself.
 */
@SuppressWarnings("overrides") // of methods that the library itself overrides so
public final class DatabaseContext extends DefaultApplicationContext {
    private static final List<String> PACKAGES = List.of(
            "dev.pulsegraph.database.",
            "io.micronaut.flyway.",
            "io.micronaut.runtime.",
            "io.micronaut.context.",
            "io.micronaut.inject.",
            "io.micronaut.aop.",
            "io.micronaut.scheduling.async.");

    private DatabaseContext(ApplicationContextConfiguration configuration) {
        super(configuration);
    }

    public static ApplicationContext open() {
        return new Builder()
                .banner(false)
                .properties(Map.of(
                        "pulsegraph.database.attach",
                        true,
                        "flyway.datasources." + OwnerFlyway.NAME + ".enabled",
                        false))
                .start();
    }

    /** How Flyway is configured. */
    public static FlywayConfigurationProperties flyway(ApplicationContext context) {
        return context.getBean(FlywayConfigurationProperties.class, Qualifiers.byName(OwnerFlyway.NAME));
    }

    @Override
    @SuppressWarnings("rawtypes")
    protected List<BeanDefinitionReference> resolveBeanDefinitionReferences() {
        return super.resolveBeanDefinitionReferences().stream()
                .filter(bean -> PACKAGES.stream().anyMatch(bean.getName()::startsWith) || isAfterMigration(bean))
                .toList();
    }

    @SuppressWarnings("rawtypes")
    private static boolean isAfterMigration(BeanDefinitionReference bean) {
        return bean.getName().startsWith("dev.pulsegraph.")
                && AfterMigration.class.isAssignableFrom(bean.getBeanType());
    }

    private static final class Builder extends DefaultApplicationContextBuilder {
        @Override
        protected ApplicationContext newApplicationContext() {
            return new DatabaseContext(this);
        }
    }
}
