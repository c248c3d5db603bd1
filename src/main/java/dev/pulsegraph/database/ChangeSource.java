package dev.pulsegraph.database;

import jakarta.inject.Singleton;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.PGConnection;

/** Makes the connection that notifications come by. It is none of the pool's, because it lives as long as the node. */
@Singleton
class ChangeSource {
    private final DatabaseAccess access;
    private final DatabaseSettings settings;

    ChangeSource(DatabaseAccess access, DatabaseSettings settings) {
        this.access = access;
        this.settings = settings;
    }

    PGConnection connect() throws SQLException {
        DatabaseAccount login = access.login();
        String listen = settings.listenUrl();
        String url = listen == null || listen.isBlank()
                ? login.url()
                : DatabaseAddress.read("PULSEGRAPH_DATABASE_LISTEN_URL", listen).url();
        var properties = new Properties();
        properties.setProperty("user", login.username());
        if (login.password() != null) {
            properties.setProperty("password", login.password());
        }
        properties.setProperty("ApplicationName", "pulsegraph changes");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", "10");
        properties.setProperty("tcpKeepAlive", "true");
        return DriverManager.getConnection(url, properties).unwrap(PGConnection.class);
    }
}
