package dev.pulsegraph.similarity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import dev.pulsegraph.support.TestServer;
import dev.pulsegraph.support.VectorWorld;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is found by words, whatever the script, the locale of the database and the punctuation. */
@MicronautTest(transactional = false)
class SimilarWordsTest {
    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    /** Of a language, a text, what is asked for, and whether it is found. */
    static List<String> words() {
        return List.of(
                "german|Die „Öffnungszeiten“ unserer Läden|öffnungszeiten|true",
                "german|Die „Öffnungszeiten“ unserer Läden|ÖFFNUNGSZEIT|true",
                "german|Die „Öffnungszeiten“ unserer Läden|laden|true",
                "german|Die „Öffnungszeiten“ unserer Läden|Schließzeiten|false",
                "german|Die O\u0308ffnungszeiten|Öffnungszeit|true",
                "russian|МОСКВА—город|москва|true",
                "russian|улицы Москвы|москва|true",
                "russian|улицы Москвы|минск|false",
                "simple|ΟΔΥΣΣΕΥΣ|οδυσσευς|true",
                "french|Crème brûlée à la carte|crème brûlées|true",
                "arabic|حديقة الحيوان، القاهرة|القاهرة|true",
                "hindi|नमस्ते दुनिया|दुनिया|true",
                "english|coffee☕time…now|coffee time|true",
                "simple|東京タワーに行く。水を飲む、iPhoneケース|タワー|true",
                "simple|東京タワーに行く。水を飲む、iPhoneケース|東京タワー|true",
                "simple|東京タワーに行く。水を飲む、iPhoneケース|東京ワー|false",
                "simple|東京タワーに行く。水を飲む、iPhoneケース|水|true",
                "simple|東京タワーに行く。水を飲む、iPhoneケース|行く -水|false",
                "simple|東京タワーに行く。水を飲む、iPhoneケース|東京 -大阪|true",
                "simple|東京タワーに行く。水を飲む、iPhoneケース|ＩＰＨＯＮＥ|true",
                "simple|東京タワーに行く。水を飲む、iPhoneケース|\"タワーに行く\"|true",
                "simple|我爱北京天安门|天安门|true",
                "simple|我爱北京天安门|门天|false",
                "simple|สวัสดีชาวโลก ยินดีต้อนรับ|ชาวโลก|true",
                "simple|สวัสดีชาวโลก ยินดีต้อนรับ|โลกชาว|false",
                "simple|서울에서 만나요|서울|true");
    }

    @ParameterizedTest
    @MethodSource("words")
    void words_of_any_script_are_found_in_a_database_of_any_locale(String row) throws SQLException {
        String[] parts = row.split("\\|", -1);
        String question =
                "select to_tsvector(?::regconfig, app.search_text(?, false)) @@ app.search_query(?::regconfig, ?, false)";
        assertThat(superuser.text("select datctype from pg_database where datname = current_database()"))
                .isEqualTo("C");
        assertThat(superuser.text(question, parts[0], parts[1], parts[0], parts[2]))
                .isEqualTo(parts[3].equals("true") ? "t" : "f");
        try (Connection elsewhere = otherLocale();
                var statement = elsewhere.prepareStatement(question)) {
            IntStream.range(0, 4)
                    .forEach(
                            i -> set(statement, i + 1, parts[List.of(0, 1, 0, 2).get(i)]));
            try (var rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getBoolean(1)).isEqualTo(parts[3].equals("true"));
            }
        }
    }

    private static void set(PreparedStatement statement, int place, String value) {
        try {
            statement.setString(place, value);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A database where letters are what the C library takes for them, with the same functions. */
    private Connection otherLocale() throws SQLException {
        String name = "words_elsewhere";
        if (superuser.number("select count(*) from pg_database where datname = '" + name + "'") == 0) {
            superuser.execute("create database " + name + " template template0 lc_collate 'C' lc_ctype 'C.UTF-8'"
                    + " locale_provider builtin builtin_locale 'C.UTF-8'");
            try (Connection fresh = connect(name);
                    Statement statement = fresh.createStatement()) {
                statement.execute("create schema app");
                for (String function : List.of("unspaced_letter", "search_text", "search_query")) {
                    statement.execute(superuser.text("select pg_get_functiondef('app." + function + "'::regproc)"));
                }
            }
        }
        return connect(name);
    }

    private static Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                TestServer.shared().url().replaceFirst("/[^/]+$", "/" + database),
                "postgres",
                TestServer.shared().password());
    }

    @Test
    void a_text_with_an_umlaut_is_found_and_shown_as_it_was_written() {
        VectorWorld world = texts("german", "Unsere Öffnungszeiten: täglich", "Etwas anderes");

        Answer answer = keyword(world, "öffnungszeit");

        assertThat(VectorWorld.entities(answer)).containsExactly(new UUID(9, 0));
        assertThat(answer.text("organization.similar.matches.0.snippet")).isEqualTo("Unsere Öffnungszeiten: täglich");
        assertThat(VectorWorld.entities(keyword(world, "täglicher"))).containsExactly(new UUID(9, 0));
    }

    @Test
    void a_snippet_has_at_most_200_characters_however_long_words_are() {
        String longWords =
                IntStream.range(0, 30).mapToObj(i -> "🍲".repeat(100 + i)).reduce("", (a, b) -> a + " " + b);
        VectorWorld world = texts(
                "english",
                "x".repeat(1_500) + " soup " + "y".repeat(1_500),
                "Before. ".repeat(100) + "At the end there is soup for everybody.",
                longWords + " soup",
                "soup" + "z".repeat(1_000) + " soup",
                "水".repeat(900) + "soup" + "水".repeat(900));

        Answer answer = keyword(world, "soups");

        assertThat(answer.list("organization.similar.matches")).hasSize(5);
        for (int i = 0; i < 5; i++) {
            String snippet = answer.text("organization.similar.matches." + i + ".snippet");
            assertThat(snippet.codePointCount(0, snippet.length())).isBetween(1, 200);
            assertThat(snippet).contains("soup");
        }
    }

    @Test
    void a_sentence_is_found_by_any_of_its_words_in_hybrid_mode() {
        VectorWorld world = texts(
                "english",
                "Soups for rainy days, when people are hungry",
                "A soup of pumpkins",
                "Bicycles and bells",
                "People");
        Map<String, Object> question =
                Map.of("text", "rainy soups for hungry people", "vector", world.vector(), "mode", "HYBRID");

        Answer answer = world.similar(question).succeeded();

        assertThat(answer.text("organization.similar.keywordCandidates")).isEqualTo("3");
        assertThat(answer.text("organization.similar.vectorCandidates")).isEqualTo("4");
        List<Double> ranks = VectorWorld.numbers(answer, "keywordRank");
        List<UUID> entities = VectorWorld.entities(answer);
        assertThat(ranks.get(entities.indexOf(new UUID(9, 0)))).isEqualTo(1);
        assertThat(ranks.get(entities.indexOf(new UUID(9, 2)))).isNegative();

        Answer without = world.similar(Map.of("text", "zeppelin", "vector", world.vector(), "mode", "HYBRID"))
                .succeeded();
        assertThat(without.text("organization.similar.keywordCandidates")).isEqualTo("0");
        assertThat(without.text("organization.similar.vectorCandidates")).isEqualTo("4");
        assertThat(keyword(world, "soups").text("organization.similar.vectorCandidates"))
                .isEqualTo("null");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "-|64",
                "- |64",
                "-\"\" |64",
                "-\"|64",
                "-(|64",
                "!|200",
                "(|500",
                "\"|501",
                "& |100",
                "or |200",
                "<-> |100",
                "-\u2003|64",
                "－|64",
                "'|99",
                "\\|99",
                ":*|99",
                "-水|64",
                "\"水 |64",
                "\u0301|200",
                "a-|200",
                "-a|400",
                "http://x.y/a&b?c='|50"
            })
    void punctuation_never_makes_a_question_fail(String part, int times) {
        VectorWorld world = texts("simple", "Soup of the day");
        String hostile = part.repeat(times);
        for (String text : List.of(hostile, "soup " + hostile, hostile + "\nsoup")) {
            keyword(world, text);
            world.similar(Map.of("text", text, "vector", world.vector(), "mode", "HYBRID"))
                    .succeeded();
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "Menu\\n----------------------------------------------------------------\\nsoup",
                "soup - menu",
                "menu -- soup",
                "-----\\nsoup"
            })
    void a_rule_of_dashes_excludes_nothing(String text) {
        VectorWorld world = texts("simple", "Menu: soup of the day");

        assertThat(VectorWorld.entities(keyword(world, text.replace("\\n", "\n"))))
                .containsExactly(new UUID(9, 0));
        assertThat(VectorWorld.entities(keyword(world, "menu -soup"))).isEmpty();
    }

    private static Answer keyword(VectorWorld world, String text) {
        return world.similar(Map.of("text", text, "mode", "KEYWORD")).succeeded();
    }

    private VectorWorld texts(String language, String... texts) {
        VectorWorld world = new VectorWorld(fixtures, superuser, 6, 0, 42);
        superuser.execute(
                "update embedding_settings set language = ? where organization_id = ?", language, world.organization);
        IntStream.range(0, texts.length).forEach(i -> world.add("TEMPLATE", new UUID(9, i), 0, texts[i], Map.of()));
        return world.store();
    }
}
