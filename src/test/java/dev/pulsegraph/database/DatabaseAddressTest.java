package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of databases, as hosters hand them out. */
class DatabaseAddressTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "postgres://u:p@db.example/pulse,jdbc:postgresql://db.example/pulse,u,p",
                "postgresql://u:p@db.example:6543/pulse,jdbc:postgresql://db.example:6543/pulse,u,p",
                "jdbc:postgresql://u:p@db.example/pulse,jdbc:postgresql://db.example/pulse,u,p",
                "jdbc:postgresql://db.example/pulse,jdbc:postgresql://db.example/pulse,-,-",
                "jdbc:postgresql://db.example/pulse?user=u&password=p,jdbc:postgresql://db.example/pulse,u,p",
                "jdbc:postgresql:pulse,jdbc:postgresql:pulse,-,-",
                "postgres://u@db.example/pulse,jdbc:postgresql://db.example/pulse,u,-",
                "postgres://u:p%40ss%2Fw%3A%25@db.example/pulse,jdbc:postgresql://db.example/pulse,u,p@ss/w:%",
                "postgres://u:p+w@db.example/pulse%20graph,jdbc:postgresql://db.example/pulse+graph,u,p+w",
                "postgres://u:p@[::1]:5432/pulse,jdbc:postgresql://[::1]:5432/pulse,u,p",
                "postgres://u:p@/pulse,jdbc:postgresql://localhost/pulse,u,p",
                "postgres://u:p@db.example,jdbc:postgresql://db.example/u,u,p",
                "postgres://u:p@h/d?sslmode=require&channel_binding=require,jdbc:postgresql://h/d?sslmode=require&channelBinding=require,u,p",
                "postgres://u:p@h/d?connect_timeout=5&application_name=my%20app,jdbc:postgresql://h/d?connectTimeout=5&ApplicationName=my+app,u,p",
                "postgres://u:p@h/d?target_session_attrs=read-write,jdbc:postgresql://h/d?targetServerType=primary,u,p",
                "postgres://u:p@h/d?pgbouncer=true,jdbc:postgresql://h/d?prepareThreshold=0,u,p",
                "'postgres://u:p@a:1,b:2/d','jdbc:postgresql://a:1,b:2/d',u,p"
            })
    void each_form_is_understood(String text, String url, String username, String password) {
        DatabaseAddress address = DatabaseAddress.read("S", text);
        assertThat(address.url()).isEqualTo(url);
        assertThat(address.username()).isEqualTo(username);
        assertThat(address.password()).isEqualTo(password);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://u:secret@h/d",
                "jdbc:mysql://u:secret@h/d",
                "h:5432/d",
                "http://u:secret@h/d",
                "postgres://u:secret%4@h/d",
                "postgres://u:secret%zz@h/d",
                "postgres://u:secret@h/d?schema=public",
                "nonsense"
            })
    void another_is_refused_by_name_and_without_its_password(String text) {
        assertThatThrownBy(() -> DatabaseAddress.read("DATASOURCES_DEFAULT_URL", text))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith("DATASOURCES_DEFAULT_URL: ")
                .doesNotContain("secret");
    }

    @Test
    void an_address_is_shown_without_its_password() {
        assertThat(DatabaseAddress.read("S", "postgres://u:secret@h/d").toString())
                .doesNotContain("secret");
    }
}
