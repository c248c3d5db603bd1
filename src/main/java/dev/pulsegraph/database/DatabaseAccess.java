package dev.pulsegraph.database;

import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who logs in where: as configured, or at the embedded server, which starts when this is first asked for. */
@Singleton
public class DatabaseAccess {
    private final DatabaseSettings settings;
    private final ServerAccount configured;
    private final DatabaseSource source;
    private @Nullable Accounts accounts;

    DatabaseAccess(DatabaseSettings settings, ServerAccount configured, DatabaseSource source) {
        this.settings = settings;
        this.configured = configured;
        this.source = source;
    }

    /** How the server logs in. */
    public DatabaseAccount login() {
        return accounts().login;
    }

    /** Who owns the tables, where that is known. */
    public Optional<DatabaseAccount> owner() {
        return Optional.ofNullable(accounts().owner);
    }

    /** Who owns the tables, for what only the owner can do. */
    public DatabaseAccount requireOwner() {
        return owner().orElseThrow(() -> new IllegalStateException("Set PULSEGRAPH_DATABASE_OWNER_USERNAME and"
                + " PULSEGRAPH_DATABASE_OWNER_PASSWORD: migrations run as the owner of the tables."));
    }

    boolean isEmbedded() {
        return accounts().embedded;
    }

    boolean isFresh() {
        return accounts().fresh;
    }

    private synchronized Accounts accounts() {
        Accounts known = accounts;
        if (known == null) {
            String url = configured.url();
            known = url == null || url.isBlank() ? embedded() : configured(url);
            accounts = known;
        }
        return known;
    }

    private Accounts embedded() {
        PostgresServer server = source.open();
        return new Accounts(
                new DatabaseAccount(server.url(), PostgresServer.LOGIN, server.password(PostgresServer.LOGIN)),
                new DatabaseAccount(server.url(), PostgresServer.OWNER, server.password(PostgresServer.OWNER)),
                true,
                server.isNew());
    }

    /** A login that is not there yet is made by the owner's account; so only one of them is tried here. */
    private Accounts configured(String url) {
        DatabaseAddress address = DatabaseAddress.read("DATASOURCES_DEFAULT_URL", url);
        String username = orElse(configured.username(), address.username());
        if (username == null) {
            throw new IllegalStateException("Set DATASOURCES_DEFAULT_USERNAME, the account the server logs in as,"
                    + " and PULSEGRAPH_DATABASE_OWNER_USERNAME, who runs migrations.");
        }
        var login = new DatabaseAccount(
                address.url(),
                username,
                orElse(configured.password(), address.password()),
                "DATASOURCES_DEFAULT",
                false);
        String ownerName = orElse(settings.ownerUsername(), null);
        if (ownerName == null) {
            return new Accounts(login.checked(), null, false, false);
        }
        DatabaseAccount owner = new DatabaseAccount(
                        address.url(), ownerName, settings.ownerPassword(), "PULSEGRAPH_DATABASE_OWNER", false)
                .checked();
        return new Accounts(login.at(owner), owner, false, false);
    }

    private static @Nullable String orElse(@Nullable String text, @Nullable String otherwise) {
        return text == null || text.isBlank() ? otherwise : text;
    }

    private record Accounts(DatabaseAccount login, @Nullable DatabaseAccount owner, boolean embedded, boolean fresh) {}
}
