package dev.pulsegraph.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextChunkerTest {
    @Test
    void a_short_text_is_one_chunk_without_blanks_around_it() {
        assertThat(TextChunker.of("  One sentence. And another.\n")).containsExactly("One sentence. And another.");
        assertThat(TextChunker.of("x".repeat(2000))).containsExactly("x".repeat(2000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\n\t"})
    void a_blank_text_has_none(String blank) {
        assertThat(TextChunker.of(blank)).isEmpty();
        assertThat(TextChunker.of(blank + " ".repeat(5000))).isEmpty();
    }

    @Test
    void a_chunk_ends_with_a_sentence() {
        assertThat(TextChunker.of("First one here. Second one here! Is the third here? Yes.", 34))
                .containsExactly("First one here. Second one here!", "Is the third here? Yes.");
        assertThat(TextChunker.of("一番目の文です。二番目の文です。三番目。", 17)).containsExactly("一番目の文です。二番目の文です。", "三番目。");
    }

    @Test
    void a_sentence_that_is_too_long_is_cut_between_words_and_a_word_between_characters() {
        assertThat(TextChunker.of("one two three four five six", 10))
                .containsExactly("one two", "three four", "five six");
        assertThat(TextChunker.of("a".repeat(25), 10)).containsExactly("a".repeat(10), "a".repeat(10), "a".repeat(5));
        assertThat(TextChunker.of("😀".repeat(6), 5)).containsExactly("😀😀", "😀😀", "😀😀");
        assertThat(TextChunker.of("e\u0301".repeat(4), 3)).allMatch(chunk -> chunk.startsWith("e"));
    }

    @Test
    void whatever_the_text_no_chunk_is_too_long_or_blank_and_nothing_but_blanks_is_lost() {
        var random = new Random(5);
        List<String> pieces = List.of(
                "word",
                " ",
                ". ",
                "\n\n",
                "日本語。",
                "😀",
                "e\u0301",
                "\u0301\u0301\u0301",
                "long".repeat(20),
                "! ",
                "\u00a0",
                "A. b. ");
        for (int i = 0; i < 500; i++) {
            var text = new StringBuilder();
            for (int piece = random.nextInt(200); piece > 0; piece--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            int longest = 2 + random.nextInt(60);
            List<String> chunks = TextChunker.of(text.toString(), longest);
            assertThat(chunks)
                    .allSatisfy(chunk -> assertThat(chunk)
                            .isNotBlank()
                            .hasSizeLessThanOrEqualTo(longest)
                            .matches(part -> !Character.isLowSurrogate(part.charAt(0))));
            assertThat(String.join("", chunks).replaceAll("\\s", ""))
                    .isEqualTo(text.toString().replaceAll("\\s", ""));
        }
    }
}
