package dev.pulsegraph.command;

import dev.pulsegraph.database.DatabaseSettings;
import dev.pulsegraph.database.ShareSettings;
import dev.pulsegraph.embedding.model.EndpointSettings;
import dev.pulsegraph.event.EventSettings;
import dev.pulsegraph.event.IngestSettings;
import dev.pulsegraph.graphql.GraphQLSettings;
import dev.pulsegraph.graphql.SocketSettings;
import dev.pulsegraph.http.CorsSettings;
import dev.pulsegraph.http.HttpSettings;
import dev.pulsegraph.http.ProxySettings;
import dev.pulsegraph.job.JobSettings;
import dev.pulsegraph.metric.MetricSettings;
import dev.pulsegraph.security.JwtSettings;
import dev.pulsegraph.similarity.SearchSettings;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import io.micronaut.core.naming.NameUtils;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Every setting of ours, read off the records that hold them. */
public final class Settings {
    /** A record that is missing here is found by a test, and its settings would be refused. */
    public static final List<Class<?>> RECORDS = List.of(
            CorsSettings.class,
            DatabaseSettings.class,
            EndpointSettings.class,
            GraphQLSettings.class,
            HttpSettings.class,
            IngestSettings.class,
            JobSettings.class,
            JwtSettings.class,
            MetricSettings.class,
            ProxySettings.class,
            SearchSettings.class,
            ShareSettings.class,
            SocketSettings.class,
            EventSettings.class);

    /** Variables that are read by the launcher, the log and the documentation's examples, and are no properties. */
    public static final Set<String> VARIABLES = Set.of(
            "PULSEGRAPH_API_KEY", "PULSEGRAPH_JAVA_OPTIONS", "PULSEGRAPH_LOG_FORMAT", "PULSEGRAPH_NO_AOT_TRAINING");

    /** What stands for the name that an operator gives to one of several. */
    private static final String ANY = "main";

    private static final List<Setting> ALL = all();

    private Settings() {}

    /** All, those with longer names first. */
    public static List<Setting> list() {
        return ALL;
    }

    static Optional<Setting> ofVariable(String name) {
        return ALL.stream().filter(setting -> setting.isVariable(name)).findFirst();
    }

    static Optional<Setting> ofProperty(String name) {
        return ALL.stream().filter(setting -> setting.isProperty(name)).findFirst();
    }

    private static List<Setting> all() {
        List<Setting> all = new ArrayList<>();
        for (Class<?> type : RECORDS) {
            var one = type.getAnnotation(ConfigurationProperties.class);
            var each = type.getAnnotation(EachProperty.class);
            for (RecordComponent component : type.getRecordComponents()) {
                String name = NameUtils.hyphenate(component.getName());
                if (one != null) {
                    all.add(new Setting(one.value(), null, name, component.getType()));
                } else if (each != null && !isId(type, component)) {
                    all.add(new Setting(each.value(), ANY, name, component.getType()));
                }
            }
        }
        all.add(new Setting("pulsegraph.demo", null, "on-first-start", boolean.class));
        // Of two that a name could mean, such as dimensions and send-dimensions, it is the longer.
        all.sort(Comparator.comparingInt((Setting setting) -> -setting.name().length()));
        return List.copyOf(all);
    }

    private static boolean isId(Class<?> type, RecordComponent component) {
        for (var parameter : type.getDeclaredConstructors()[0].getParameters()) {
            if (parameter.isAnnotationPresent(Parameter.class)
                    && parameter.getName().equals(component.getName())) {
                return true;
            }
        }
        return false;
    }

    /**
     * One setting.
     *
     * @param id what stands for the name an operator gives, where there may be several
     */
    public record Setting(String prefix, @Nullable String id, String name, Class<?> type) {

        /** As properties, and options of the command line, are called. */
        public String property() {
            return prefix + (id == null ? "" : "." + id) + "." + name;
        }

        /** As the environment calls it. */
        public String variable() {
            return upper(property());
        }

        /** Whether it is this component of a record of settings. */
        public boolean isOf(Class<?> record, RecordComponent component) {
            var one = record.getAnnotation(ConfigurationProperties.class);
            return one != null
                    && one.value().equals(prefix)
                    && NameUtils.hyphenate(component.getName()).equals(name);
        }

        boolean isProperty(String given) {
            return given.replaceFirst("\\[\\d+]$", "")
                    .matches(Pattern.quote(prefix) + (id == null ? "" : "\\.[^.]+") + "\\." + Pattern.quote(name));
        }

        boolean isVariable(String given) {
            return given.matches(upper(prefix) + (id == null ? "" : "_\\w+") + "_" + upper(name) + "(_\\d+)?");
        }

        private static String upper(String property) {
            return property.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
        }
    }
}
