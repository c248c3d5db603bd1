package dev.pulsegraph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.command.Settings;
import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.job.Job;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Documentation;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.naming.NameUtils;
import io.micronaut.json.JsonMapper;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The README and docs/ say what is true: examples are asked, settings and jobs are those of the code, links lead somewhere. */
@MicronautTest(transactional = false)
class DocumentationTest {
    private static final Pattern EXAMPLE =
            Pattern.compile("<!-- as: (\\S+) -->\\n```graphql\\n(.*?)```\\n\\n```json\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern QUESTION = Pattern.compile("(?<! -->\n)```graphql\n(.*?)```", Pattern.DOTALL);
    /** For commands, not for operators. */
    private static final Set<String> INTERNAL = Set.of("PULSEGRAPH_DATABASE_THROWAWAY", "PULSEGRAPH_DATABASE_ATTACH");

    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);

    @Inject
    List<Job> jobs;

    @Inject
    Api api;

    @Inject
    Demo demo;

    @Inject
    JsonMapper json;

    @Test
    void every_example_gets_the_answer_it_shows() throws IOException {
        demo.load();
        var examples = EXAMPLE.matcher(Documentation.text()).results().toList();
        assertThat(examples).as("examples").hasSizeGreaterThanOrEqualTo(3);
        for (var example : examples) {
            var answer = api.as(example.group(1)).ask(example.group(2));
            assertThat(answer.body())
                    .as("%s%nanswered %s", example.group(2), answer.text())
                    .isEqualTo(json.readValue(example.group(3), Object.class));
        }
    }

    /** Those that show no answer are asked as the demo's owner, who may do what any of them does. */
    @Test
    void every_question_without_an_answer_is_answered_without_an_error() throws IOException {
        demo.load();
        List<String> questions = QUESTION.matcher(Documentation.text())
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(questions).as("questions").isNotEmpty();
        for (String question : questions) {
            var answer = api.as(Demo.OWNER.email()).ask(question);
            assertThat(answer.text()).as(question).doesNotContain("\"errors\"");
        }
    }

    @ParameterizedTest
    @FieldSource("dev.pulsegraph.command.Settings#RECORDS")
    void every_setting_is_listed_with_its_default(Class<?> settings) {
        String table = Documentation.page("settings");
        for (var parameter : settings.getDeclaredConstructors()[0].getParameters()) {
            String variable = variable(settings, parameter);
            if (!INTERNAL.contains(variable) && !parameter.isAnnotationPresent(Parameter.class)) {
                Bindable bound = parameter.getAnnotation(Bindable.class);
                String otherwise = bound == null ? "" : "`" + bound.defaultValue() + "` ";
                assertThat(table.lines())
                        .as("the row of %s", variable)
                        .anyMatch(row -> row.contains("`" + variable + "`")
                                && row.startsWith("| `PULSEGRAPH")
                                && row.contains("| " + otherwise + "|"));
            }
        }
    }

    @Test
    void every_variable_listed_is_one_of_ours() {
        Set<String> known = new java.util.HashSet<>(Settings.VARIABLES);
        Settings.list().forEach(setting -> known.add(setting.variable()));
        assertThat(Pattern.compile("PULSEGRAPH_[A-Z_]+[A-Z]")
                        .matcher(Documentation.text())
                        .results()
                        .map(found -> found.group()))
                .allMatch(known::contains);
    }

    @Test
    void every_job_is_listed() {
        assertThat(Documentation.page("jobs").lines().filter(row -> row.startsWith("| `")))
                .allMatch(row -> row.matches("\\| `[^`]+` \\| .+ \\| .+ \\|"))
                .extracting(row -> row.replaceAll("^\\| `([^`]+)`.*", "$1"))
                .containsExactlyInAnyOrderElementsOf(
                        jobs.stream().map(Job::name).toList());
    }

    @Test
    void links_lead_somewhere() {
        for (Path page : Documentation.pages()) {
            for (var link : LINK.matcher(Documentation.read(page)).results().toList()) {
                Path target = Objects.requireNonNullElse(page.getParent(), Path.of(""))
                        .resolve(link.group(1));
                String anchor = link.group(2);
                Path leads = link.group(1).isEmpty() ? page : target.normalize();
                assertThat(leads).as("%s links to %s", page, link.group()).exists();
                if (anchor != null) {
                    assertThat(HEADING.matcher(Documentation.read(leads)).results())
                            .as("%s links to %s", page, link.group())
                            .anyMatch(heading -> anchor(heading.group(1)).equals(anchor));
                }
            }
        }
    }

    /** As GitHub makes it of a heading. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-');
    }

    /** What is configured for each of several is shown for one called {@code main}. */
    private static String variable(Class<?> settings, java.lang.reflect.Parameter parameter) {
        var one = settings.getAnnotation(ConfigurationProperties.class);
        String prefix = one == null
                ? Objects.requireNonNull(settings.getAnnotation(EachProperty.class))
                                .value() + ".main"
                : one.value();
        return (prefix + "." + NameUtils.hyphenate(parameter.getName()))
                .toUpperCase(Locale.ROOT)
                .replace('.', '_')
                .replace('-', '_');
    }
}
