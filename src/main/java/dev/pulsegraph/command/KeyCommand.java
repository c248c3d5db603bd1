package dev.pulsegraph.command;

import dev.pulsegraph.organization.ApiKey;
import dev.pulsegraph.organization.ApiKeyScope;
import dev.pulsegraph.organization.OperatorKeys;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** API keys of an organization, for who runs the server and needs no token to do so. */
@Command(
        name = "key",
        description = "API keys of an organization.",
        mixinStandardHelpOptions = true,
        subcommands = {KeyCommand.Create.class, KeyCommand.ListAll.class, KeyCommand.Revoke.class},
        synopsisSubcommandLabel = "(create | list | revoke)")
final class KeyCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        System.err.println("A subcommand is required: `key create`, `key list` or `key revoke`.");
        return 2;
    }

    private static int withKeys(ToIntFunction<OperatorKeys> work) {
        return CommandEnvironment.withApplication(context -> work.applyAsInt(context.getBean(OperatorKeys.class)));
    }

    @Command(
            name = "create",
            description = {
                "Creates an API key and prints its secret, which is shown once.",
                "The audit log names the organization's longest-standing owner as its creator."
            },
            mixinStandardHelpOptions = true)
    static final class Create implements Callable<Integer> {
        @Option(names = "--organization", required = true, paramLabel = "SLUG", description = "Whose key.")
        String organization = "";

        @Option(
                names = "--scopes",
                required = true,
                split = ",",
                paramLabel = "SCOPE",
                description = "Scopes: read, ingest, write, or several separated by commas.")
        List<ApiKeyScope> scopes = List.of();

        @Option(names = "--name", required = true, description = "Name of the key in lists and in the audit log.")
        String name = "";

        @Option(
                names = "--expires",
                paramLabel = "PERIOD",
                description = "Lifetime, such as 30d. Default: until it is revoked.")
        @Nullable
        Duration validity;

        @Override
        public Integer call() {
            return withKeys(keys -> {
                System.out.println(keys.create(
                        organization,
                        name,
                        scopes,
                        validity == null ? null : Clock.systemUTC().instant().plus(validity)));
                return 0;
            });
        }
    }

    @Command(name = "list", description = "Shows the keys of an organization.", mixinStandardHelpOptions = true)
    static final class ListAll implements Callable<Integer> {
        @Option(names = "--organization", required = true, paramLabel = "SLUG", description = "Whose keys.")
        String organization = "";

        @Override
        public Integer call() {
            return withKeys(keys -> {
                keys.list(organization).forEach(ListAll::print);
                return 0;
            });
        }

        private static void print(ApiKey key) {
            System.out.printf(
                    "%s  %s  %s, made %s, %s, %s%n",
                    key.prefix(),
                    key.name(),
                    String.join(" and ", key.scopes()),
                    key.createdAt(),
                    key.lastUsedAt() == null ? "never used" : "last used " + key.lastUsedAt(),
                    key.revokedAt() != null
                            ? "revoked " + key.revokedAt()
                            : key.expiresAt() == null ? "does not expire" : "expires " + key.expiresAt());
        }
    }

    @Command(
            name = "revoke",
            description = "Revokes a key immediately and permanently.",
            mixinStandardHelpOptions = true)
    static final class Revoke implements Callable<Integer> {
        @Option(names = "--organization", required = true, paramLabel = "SLUG", description = "Whose key.")
        String organization = "";

        @Parameters(paramLabel = "KEY", description = "Prefix of its secret, as shown by `key list`.")
        String key = "";

        @Override
        public Integer call() {
            return withKeys(keys -> {
                System.out.println("Revoked: " + keys.revoke(organization, key).name());
                return 0;
            });
        }
    }
}
