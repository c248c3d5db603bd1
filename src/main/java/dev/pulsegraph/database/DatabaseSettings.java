package dev.pulsegraph.database;

import dev.pulsegraph.problem.Limit;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The database, beyond {@code datasources.default.*} which says where it is and how the server logs in.
 *
 * @param ownerUsername who owns the tables and runs migrations; needed only with a database of your own
 * @param ownerPassword the owner's password
 * @param dataDirectory where the embedded database and the secrets made on the first start are kept
 * @param listenUrl where changes are listened to, when a pooler stands before the database; otherwise where the pool connects
 * @param throwaway for training runs: an embedded database without durability, made anew at each start
 * @param attach for commands: uses the embedded server of a running Pulsegraph instead of refusing to start beside it
 * @param restartTimeout time during which a failing embedded database is restarted before the server exits
 * @param migrate whether {@code serve} migrates when it knows the owner
 * @param operationDeadline duration of a GraphQL operation
 * @param statementTimeout duration of an SQL statement
 */
@ConfigurationProperties("pulsegraph.database")
public record DatabaseSettings(
        @Nullable String ownerUsername,
        @Nullable String ownerPassword,
        @Bindable(defaultValue = "data") String dataDirectory,
        @Nullable String listenUrl,
        @Bindable(defaultValue = "false") boolean throwaway,
        @Bindable(defaultValue = "false") boolean attach,
        @Limit @Bindable(defaultValue = "5m") Duration restartTimeout,
        @Bindable(defaultValue = "true") boolean migrate,
        @Limit @Bindable(defaultValue = "10s") Duration operationDeadline,
        @Limit @Bindable(defaultValue = "9s") Duration statementTimeout) {

    public Path directory() {
        return Path.of(dataDirectory).toAbsolutePath().normalize();
    }
}
