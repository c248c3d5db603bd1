package dev.pulsegraph.database;

import dev.pulsegraph.security.LocalSecret;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The passwords of the accounts of an embedded server, each in a file of its own beside the data.
 *
 * @param superuser who may do everything, of which the server itself makes no use once it is up
 * @param owner who owns the tables
 * @param login how the server logs in
 */
record EmbeddedPasswords(String superuser, String owner, String login) {
    private static final String SUPERUSER_FILE = "database-password";
    private static final String OWNER_FILE = "database-owner-password";
    private static final String LOGIN_FILE = "database-login-password";

    /** Makes those of new data. */
    static EmbeddedPasswords make(Path directory) {
        return new EmbeddedPasswords(
                LocalSecret.findOrCreate(superuserFile(directory)),
                LocalSecret.findOrCreate(directory.resolve(OWNER_FILE)),
                LocalSecret.findOrCreate(directory.resolve(LOGIN_FILE)));
    }

    /**
     * Those of data that is there. Whoever has no file has the superuser's, as all had once. A new one of the superuser would
     * open nothing, so none is made.
     */
    static EmbeddedPasswords find(Path directory) {
        Path file = superuserFile(directory);
        String superuser = LocalSecret.find(file)
                .orElseThrow(() -> new IllegalStateException("The embedded database in " + directory
                        + " exists, but its password does not: " + file + " is missing. Put it back, mode 600."
                        + " Where it is lost, write a new one into it and tell PostgreSQL, as docs/operating.md says under"
                        + " `A lost password`."));
        return new EmbeddedPasswords(
                superuser,
                LocalSecret.find(directory.resolve(OWNER_FILE)).orElse(superuser),
                LocalSecret.find(directory.resolve(LOGIN_FILE)).orElse(superuser));
    }

    static Path superuserFile(Path directory) {
        return directory.resolve(SUPERUSER_FILE);
    }

    /**
     * Gives the owner and the login passwords of their own where they have none. The files come last: what is broken off
     * before is done again by the next start.
     */
    static EmbeddedPasswords separate(EmbeddedPostgresServer server, Path directory, EmbeddedPasswords known) {
        Path ownerFile = directory.resolve(OWNER_FILE);
        Path loginFile = directory.resolve(LOGIN_FILE);
        String owner = Files.exists(ownerFile) ? known.owner() : LocalSecret.make();
        String login = Files.exists(loginFile) ? known.login() : LocalSecret.make();
        if (!Files.exists(ownerFile)) {
            server.setPassword(PostgresServer.OWNER, owner);
            LocalSecret.create(ownerFile, owner);
        }
        if (!Files.exists(loginFile)) {
            server.setPassword(PostgresServer.LOGIN, login);
            LocalSecret.create(loginFile, login);
        }
        return new EmbeddedPasswords(known.superuser(), owner, login);
    }
}
