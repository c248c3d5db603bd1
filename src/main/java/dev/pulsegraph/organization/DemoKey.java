package dev.pulsegraph.organization;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.demo.DemoData;
import dev.pulsegraph.security.Credentials;
import dev.pulsegraph.security.Secret;
import dev.pulsegraph.web.DemoPage;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The key that the demo page sends with. A page shows its key to everybody, so this one may send events and read nothing. Only
 * its hash is stored, as of any key, and yet every node must know it: the secret is made of the key's random id, which those
 * who administer the demo can see and nobody can guess. Every installation has another, and it can be revoked as any key can.
 */
@Singleton
public class DemoKey implements DemoPage, DemoData {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final OrganizationDemoRepository repository;
    private final ApiKeyRepository apiKeys;
    private final OperationTransaction transaction;

    DemoKey(OrganizationDemoRepository repository, ApiKeyRepository apiKeys, OperationTransaction transaction) {
        this.repository = repository;
        this.apiKeys = apiKeys;
        this.transaction = transaction;
    }

    @Override
    public Optional<String> writeKey() {
        return transaction.asWorker(TIMEOUT, repository::findPageKey);
    }

    /** The last of all: a demo with its key is whole. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    /** Makes the key, as the demo's owner would: the server's own role may make none. */
    @Override
    public void complete() {
        if (writeKey().isPresent()) {
            return;
        }
        UUID id = UuidCreator.getRandomBased();
        var secret = new Secret(Secret.API_KEY + new Secret("demo page " + id).sha256());
        var owner = new Credentials.Token(Demo.OWNER.id(), Demo.OWNER.name(), Demo.OWNER.email(), false);
        transaction.write(
                owner,
                caller -> {
                    apiKeys.create(
                            repository.acme(),
                            id,
                            "Demo page",
                            secret.prefix(),
                            secret.sha256(),
                            List.of("ingest"),
                            Demo.OWNER.id(),
                            null);
                    return true;
                },
                created -> true);
    }
}
