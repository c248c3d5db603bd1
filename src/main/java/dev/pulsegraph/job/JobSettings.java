package dev.pulsegraph.job;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * The jobs of this node.
 *
 * @param enabled whether this node runs any by itself; not, where pg_cron or another node does
 */
@ConfigurationProperties("pulsegraph.jobs")
public record JobSettings(@Bindable(defaultValue = "true") boolean enabled) {}
