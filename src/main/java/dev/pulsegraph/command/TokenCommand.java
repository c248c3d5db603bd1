package dev.pulsegraph.command;

import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.security.JwtSettings;
import dev.pulsegraph.security.Tokens;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints a token signed with the secret of this installation. */
@Command(
        name = "token",
        description =
                "Prints a token that this server accepts. Not available with an identity provider, which issues its own.",
        mixinStandardHelpOptions = true)
final class TokenCommand implements Callable<Integer> {
    @Option(
            names = "--user",
            required = true,
            paramLabel = "EMAIL|UUID",
            description =
                    "User of the token: an email address, from which the ID is derived, such as viewer@acme.example; or a UUID.")
    String user = "";

    @Option(names = "--name", description = "Name of a new user.")
    @Nullable
    String name;

    @Option(names = "--operator", description = "Adds the role `operator`, which gives access to `system`.")
    boolean operator;

    @Option(
            names = "--expires",
            paramLabel = "PERIOD",
            defaultValue = "8h",
            description = "Lifetime, such as 30m, 8h or 30d. Default: ${DEFAULT-VALUE}.")
    Duration validity = Duration.ofHours(8);

    @Override
    public Integer call() {
        if (validity.isNegative() || validity.isZero()) {
            throw new IllegalArgumentException("--expires: " + validity + " is not a positive duration, such as 8h.");
        }
        boolean isEmail = user.contains("@");
        UUID id = isEmail ? Demo.idOf(user) : id(user);
        System.out.println(
                tokens().issue(id, name == null ? Demo.nameOf(user) : name, isEmail ? user : null, operator, validity));
        return 0;
    }

    private static UUID id(String user) {
        if (!user.matches("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}")) {
            throw new IllegalArgumentException("--user: `" + user + "` is neither an e-mail nor a UUID.");
        }
        return UUID.fromString(user);
    }

    private static Tokens tokens() {
        try (ApplicationContext context = ApplicationContext.builder().build()) {
            Environment environment = context.getEnvironment().start();
            var settings = new JwtSettings(
                    text(environment, "secret", null),
                    java.util.Objects.requireNonNull(text(environment, "secret-file", "data/jwt-secret")),
                    text(environment, "jwks-url", null),
                    java.util.Objects.requireNonNull(text(environment, "issuer", "pulsegraph")),
                    java.util.Objects.requireNonNull(text(environment, "audience", "pulsegraph")),
                    java.time.Duration.ZERO);
            return new Tokens(
                    settings,
                    Clock.systemUTC(),
                    environment
                            .getProperty("datasources.default.url", String.class)
                            .orElse(null));
        }
    }

    private static @Nullable String text(Environment environment, String name, @Nullable String otherwise) {
        return environment.getProperty("pulsegraph.jwt." + name, String.class).orElse(otherwise);
    }
}
