package dev.pulsegraph.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.env.PropertySource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong values, unknown names and unknown options stop the start, whatever the setting. */
class SettingsTest {

    @Test
    void every_record_of_settings_is_known() {
        var records = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.pulsegraph").stream()
                        .filter(type -> type.isAnnotatedWith(ConfigurationProperties.class)
                                || type.isAnnotatedWith(EachProperty.class))
                        .filter(type -> prefix(type).startsWith("pulsegraph"))
                        .map(JavaClass::reflect)
                        .collect(Collectors.toSet());
        assertThat(records).containsExactlyInAnyOrderElementsOf(Settings.RECORDS);
    }

    @ParameterizedTest
    @MethodSource("checked")
    void a_value_of_another_kind_is_refused(Settings.Setting setting) {
        for (String wrong : List.of("banana", "-1", "1.5.1", "99999999999999999999")) {
            String name = setting.variable();
            assertThat(variables(Map.of(name, wrong)))
                    .singleElement()
                    .asString()
                    .startsWith(name + ": `" + wrong + "` is rejected: ");
            assertThat(properties(Map.of(setting.property(), wrong)))
                    .singleElement()
                    .asString()
                    .startsWith(setting.property() + ": `" + wrong + "` is rejected: ");
        }
        assertThat(variables(Map.of(setting.variable(), "")))
                .as("nothing is the default")
                .isEmpty();
    }

    static Stream<Settings.Setting> checked() {
        return Settings.list().stream()
                .filter(setting -> setting.type().isPrimitive()
                        || setting.type().isEnum()
                        || setting.type() == Duration.class
                        || Number.class.isAssignableFrom(setting.type()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_name_that_is_misspelt_is_refused_with_the_right_one(Settings.Setting setting) {
        String property = setting.property() + "x";
        assertThat(properties(Map.of(property, "1")))
                .containsExactly(property + " is not a setting. Did you mean " + setting.property() + "?");
        String variable = setting.variable() + "X";
        assertThat(variables(Map.of(variable, "1")))
                .containsExactly(variable + " is not a setting. Did you mean " + setting.variable() + "?");
    }

    static Stream<Settings.Setting> all() {
        return Settings.list().stream();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "PULSEGRAPH_GRAPHQL_TRUSTED_DOCUMENTS,ENFORCED,`OFF` or `LOG` or `ENFORCE`",
                "PULSEGRAPH_GRAPHQL_MAX_DEPTH,0,a whole number from 1 to 2147483647",
                "PULSEGRAPH_TRAFFIC_IP_ADDRESSES,KEEP,`DROP`",
                "PULSEGRAPH_GRAPHQL_SLOW_OPERATION,1 second,500ms",
                "PULSEGRAPH_GRAPHQL_SLOW_OPERATION,0s,500ms",
                "PULSEGRAPH_JOBS_ENABLED,maybe,`true` or `false`",
                "PULSEGRAPH_LOG_FORMAT,JSON,`text` or `json`",
                "PULSEGRAPH_EMBEDDING_ENDPOINTS_MY_OWN_BATCH_SIZE,many,a whole number",
                "PULSEGRAPH_EMBEDDING_ENDPOINTS_MAIN_ENCODING_FORMAT,HEX,`FLOAT`",
            })
    void the_sentence_says_what_is_allowed(String name, String value, String allowed) {
        assertThat(variables(Map.of(name, value)))
                .singleElement()
                .asString()
                .startsWith(name + ": `" + value + "` is rejected: ")
                .contains(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "PULSEGRAPH_GRAPHQL_MAX_DEPHT,PULSEGRAPH_GRAPHQL_MAX_DEPTH",
        "PULSEGRAPH_MAX_DEPTH,PULSEGRAPH_GRAPHQL_MAX_DEPTH",
        "PULSEGRAPH_OWNER_PASSWORD,PULSEGRAPH_DATABASE_OWNER_PASSWORD",
        "PULSEGRAPH_EMBEDDING_ENDPOINTS_MAIN_MODLE,PULSEGRAPH_EMBEDDING_ENDPOINTS_MAIN_MODEL"
    })
    void an_unknown_variable_is_refused_with_what_was_meant(String written, String meant) {
        assertThat(variables(Map.of(written, "1")))
                .containsExactly(written + " is not a setting. Did you mean " + meant + "?");
    }

    @ParameterizedTest
    @CsvSource({
        "PULSEGRAPH_GRAPHQL_TRUSTED_DOCUMENTS,enforce",
        "PULSEGRAPH_GRAPHQL_INTROSPECTION,FALSE",
        "PULSEGRAPH_TRAFFIC_RETENTION,30d",
        "PULSEGRAPH_TRAFFIC_RETENTION,PT8H",
        "PULSEGRAPH_INGEST_BATCH_LINGER,0ms",
        "PULSEGRAPH_EMBEDDING_RECALL_MAX_LOAD,0.25",
        "PULSEGRAPH_JAVA_OPTIONS,-Xmx2g",
        "PULSEGRAPH_NO_AOT_TRAINING,1",
        "PULSEGRAPH_LOG_FORMAT,json",
        "PULSEGRAPH_API_KEY,pgk_x",
        "PULSEGRAPH_TEST_POSTGRES,x",
        "PULSEGRAPH_EMBEDDING_ENDPOINTS_MY_OWN_SEND_DIMENSIONS,true",
        "PATH,/bin"
    })
    void what_is_right_is_left_alone(String name, String value) {
        assertThat(variables(Map.of(name, value))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"micronaut.server.port", "datasources.default.maximum-pool-size"})
    void numbers_of_the_framework_are_checked_in_the_same_words(String name) {
        assertThat(properties(Map.of(name, "banana")))
                .containsExactly(name + ": `banana` is rejected: a whole number.");
        assertThat(properties(Map.of(name, "9"))).isEmpty();
    }

    @Test
    void names_of_properties_are_read_as_the_framework_does() {
        assertThat(properties(Map.of("pulsegraph.graphql.maxDepth", "8"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--port 9090,-micronaut.server.port=9090",
        "--port=9090,-micronaut.server.port=9090",
        "-micronaut.server.port 9090,-micronaut.server.port=9090",
        "--max-depth=3,-pulsegraph.graphql.max-depth=3",
        "--maxDepth 3,-pulsegraph.graphql.max-depth=3",
        "-graphql-max-depth=3,-pulsegraph.graphql.max-depth=3",
        "-mikronaut.server.port=1,-micronaut.server.port=1"
    })
    void an_unknown_option_is_refused_with_the_right_spelling(String options, String meant) {
        assertThat(SettingsCheck.wrongOptions(List.of(options.split(" "))))
                .singleElement()
                .asString()
                .contains("is not an option of serve", "Did you mean `" + meant + "`?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9090", "now", "-", "--"})
    void what_is_no_option_at_all_is_refused(String word) {
        assertThat(SettingsCheck.wrongOptions(List.of(word))).hasSize(1);
    }

    @Test
    void settings_may_be_options() {
        assertThat(SettingsCheck.wrongOptions(List.of(
                        "-micronaut.server.port=9090",
                        "--pulsegraph.graphql.max-depth=3",
                        "-datasources.default.url=x")))
                .isEmpty();
        assertThatThrownBy(() -> SettingsCheck.run(List.of("-pulsegraph.graphql.max-depth=deep")))
                .hasMessage("pulsegraph.graphql.max-depth: `deep` is rejected: a whole number from 1 to 2147483647.");
        assertThatThrownBy(() -> SettingsCheck.run(List.of("-pulsegraph.graphql.max-depht=3")))
                .hasMessage(
                        "pulsegraph.graphql.max-depht is not a setting. Did you mean pulsegraph.graphql.max-depth?");
    }

    private static List<String> variables(Map<String, String> variables) {
        return wrong(PropertySource.of(
                "env",
                Map.copyOf(variables),
                PropertySource.PropertyConvention.ENVIRONMENT_VARIABLE,
                PropertySource.Origin.of("the environment")));
    }

    private static List<String> properties(Map<String, String> properties) {
        return wrong(PropertySource.of("given", Map.copyOf(properties)));
    }

    private static List<String> wrong(PropertySource source) {
        try (ApplicationContext context = ApplicationContext.builder()
                .propertySources(source)
                .environmentPropertySource(false)
                .build()) {
            return SettingsCheck.wrongSettings(context.getEnvironment().start());
        }
    }

    private static String prefix(JavaClass type) {
        return type.isAnnotatedWith(ConfigurationProperties.class)
                ? type.getAnnotationOfType(ConfigurationProperties.class).value()
                : type.getAnnotationOfType(EachProperty.class).value();
    }
}
