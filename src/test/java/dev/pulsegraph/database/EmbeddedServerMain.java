package dev.pulsegraph.database;

import java.io.IOException;
import java.nio.file.Path;

/** A process of its own that starts the embedded server and waits to be killed. */
final class EmbeddedServerMain {
    private EmbeddedServerMain() {}

    public static void main(String[] arguments) throws IOException {
        var server = EmbeddedPostgresServer.start(Path.of(arguments[0]), true);
        server.executeAsSuperuser("pulsegraph", "create table if not exists diary (entry text)");
        server.executeAsSuperuser("pulsegraph", "insert into diary values ('committed before the kill')");
        System.out.println("ready");
        System.in.read();
    }
}
