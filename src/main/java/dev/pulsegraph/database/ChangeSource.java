package dev.pulsegraph.database;

import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.PGConnection;

/** Makes the connection that notifications come by. It is none of the pool's, because it lives as long as the node. */
@Singleton
class ChangeSource {
    private final DatasourceConfiguration database;
    private final DatabaseSettings settings;

    /** The configuration is asked late: it knows its address only when {@link DatabaseBootstrap} is done with it. */
    ChangeSource(@Named("default") DatasourceConfiguration database, DatabaseSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    PGConnection connect() throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", database.getUsername());
        properties.setProperty("password", database.getPassword());
        properties.setProperty("ApplicationName", "pulsegraph changes");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", "10");
        properties.setProperty("tcpKeepAlive", "true");
        String url = settings.listenUrl() == null ? database.getUrl() : settings.listenUrl();
        return DriverManager.getConnection(url, properties).unwrap(PGConnection.class);
    }
}
