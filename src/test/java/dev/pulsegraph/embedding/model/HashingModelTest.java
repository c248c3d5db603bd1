package dev.pulsegraph.embedding.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.datasketches.hash.MurmurHash3;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors are stored for years: a test that fails here says that the model needs another name. */
class HashingModelTest {
    private static final List<String> PINNED = List.of(
            "Hello, world!",
            "Our summer sale starts on Friday: 20 % off everything.",
            "ＦＵＬＬ ｗｉｄｔｈ ﬁne İstanbul STRASSE straße",
            "日本語のテキスト、分かち書きなし",
            "हिन्दी में एक वाक्य",
            "🎉🎉 🚀",
            "the the the the",
            " ",
            "");

    private static final String DIGEST = "1a33948b5ae788d496ad61b24fbe7c95ade382bcd6864b137148f32e7c5f0e49";

    private final HashingModel model = new HashingModel();

    @Test
    void the_hash_is_the_published_one() {
        // The first half of MurmurHash3_x64_128("hello", seed 0), as its reference implementation answers it.
        assertThat(MurmurHash3.hash("hello".getBytes(StandardCharsets.UTF_8), 0)[0])
                .isEqualTo(0xcbd8a7b341bd9b02L);
    }

    @Test
    void vectors_are_the_same_for_ever() {
        assertThat(model.name()).isEqualTo("pulsegraph-hash-1");
        assertThat(model.dimensions()).isEqualTo(384);
        assertThat(digest(model.embed(PINNED))).isEqualTo(DIGEST);
        assertThat(PINNED.stream().map(text -> nonzero(vector(text))))
                .containsExactly(
                        "92:0.12309149 100:-0.12309149",
                        "2:-0.18786728 3:-0.06262243",
                        "3:-0.11323264 14:0.06687702",
                        "2:0.11547005 6:0.11547005",
                        "20:-0.09284767 24:-0.09284767",
                        "82:0.15811388 84:0.31622776",
                        "21:-0.7985052 30:-0.1996263",
                        "248:1.0",
                        "366:1.0");
    }

    @Test
    void the_language_of_the_machine_does_not_matter() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr-TR"));
            assertThat(digest(model.embed(PINNED))).isEqualTo(DIGEST);
        } finally {
            Locale.setDefault(before);
        }
    }

    /** A word of one letter has three features: the word, and the one run of three characters, " a ". */
    @Test
    void a_vector_is_what_the_formula_says() {
        float[] vector = vector("A");
        double[] sums = new double[384];
        add(sums, "w:a", 1);
        add(sums, "c: a ", 0.25);
        assertUnit(vector, sums);

        float[] twice = vector("a, a");
        double[] twiceSums = new double[384];
        add(twiceSums, "w:a", 1 + Math.log(2));
        add(twiceSums, "c: a ", 0.25 * (1 + Math.log(2)));
        add(twiceSums, "p:a a", 0.5);
        assertUnit(twice, twiceSums);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "\n\t", "!", "…", "🎉", "🎉🎉", "\u0301", "\ud800", "\0", "-- / --", "a", "1", "é"})
    void every_text_has_a_vector_of_length_one(String text) {
        float[] vector = vector(text);
        assertThat(vector).hasSize(384);
        assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-6));
        double squared = 0;
        for (float number : vector) {
            squared += (double) number * number;
        }
        assertThat(squared).isCloseTo(1, within(1e-6));
    }

    @Test
    void texts_of_other_characters_than_letters_are_told_apart() {
        assertThat(similarity("🎉🎉", "🚀")).isLessThan(0.5);
        assertThat(similarity("🎉 🚀", "🎉")).isGreaterThan(0.5);
        assertThat(similarity("", "!")).isLessThan(0.5);
    }

    @Test
    void writing_does_not_matter() {
        assertThat(similarity("Straßenbahn im WINTER", "straßenbahn, im winter!"))
                .isCloseTo(1, within(1e-6));
        assertThat(similarity("ｆｕｌｌ ｗｉｄｔｈ", "full width")).isCloseTo(1, within(1e-6));
        assertThat(similarity("caf\u00e9", "cafe\u0301")).isCloseTo(1, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                How to grow an audience on Instagram | Growing your Instagram audience | A recipe for potato soup
                Our summer sale starts on Friday | The summer sale begins this Friday | Meet the team behind our engineering blog
                Tips for better product photos | Better photos of your products: five tips | Quarterly results beat expectations
                Wie man mehr Reichweite auf TikTok bekommt | Mehr Reichweite auf TikTok: so geht es | Rezept für Kartoffelsuppe
                Як отримати більше підписників | Більше підписників за тиждень | Рецепт картопляного супу
                新しい動画を公開しました | 動画を新しく公開しました | 来週の会議は中止です
                """)
    void texts_about_the_same_are_nearer_than_others(String text, String like, String unlike) {
        assertThat(similarity(text, like)).isGreaterThan(similarity(text, unlike) + 0.15);
    }

    @Test
    void the_nearest_of_many_is_the_one_about_the_same() {
        List<String> topics = List.of(
                "How we doubled our newsletter subscribers in a month",
                "Behind the scenes of our latest video shoot",
                "Winter collection: coats, scarves and boots",
                "Five mistakes in search engine optimisation",
                "Customer story: a bakery that sells online",
                "New feature: schedule posts for several platforms at once",
                "Why engagement matters more than followers",
                "Our office dog turns three today");
        List<String> questions = List.of(
                "doubling newsletter subscribers",
                "a video shoot behind the scenes",
                "coats and boots of the winter collection",
                "mistakes in search engine optimization",
                "story of a customer, an online bakery",
                "scheduling posts on several platforms",
                "engagement versus followers",
                "the dog in our office");
        for (int i = 0; i < questions.size(); i++) {
            float[] question = vector(questions.get(i));
            String nearest = topics.stream()
                    .max(java.util.Comparator.comparingDouble(topic -> cosine(question, vector(topic))))
                    .orElseThrow();
            assertThat(nearest).as(questions.get(i)).isEqualTo(topics.get(i));
        }
    }

    @Test
    void a_typing_error_stays_near() {
        String text = "Our summer sale starts on Friday";
        assertThat(similarity(text, "Our sumer sale strats on Friday")).isGreaterThan(0.5);
        assertThat(similarity("optimisation", "optimization")).isGreaterThan(0.3);
        assertThat(similarity("subscriber", "subscribers")).isGreaterThan(0.3);
        assertThat(Math.abs(similarity("subscriber", "photograph"))).isLessThan(0.2);
    }

    @Test
    void the_order_of_words_matters_a_little() {
        double reordered = similarity("dog bites man", "man bites dog");
        assertThat(reordered).isBetween(0.7, 0.99);
    }

    private void assertUnit(float[] vector, double[] sums) {
        double length =
                Math.sqrt(java.util.Arrays.stream(sums).map(sum -> sum * sum).sum());
        for (int i = 0; i < sums.length; i++) {
            assertThat(vector[i]).isCloseTo((float) (sums[i] / length), within(1e-7f));
        }
    }

    private static void add(double[] sums, String feature, double value) {
        long[] hash = MurmurHash3.hash(feature.getBytes(StandardCharsets.UTF_8), 0);
        sums[(int) Long.remainderUnsigned(hash[0], 384)] += (hash[1] & 1) == 0 ? value : -value;
    }

    private float[] vector(String text) {
        return model.embed(List.of(text)).getFirst();
    }

    private double similarity(String one, String other) {
        return cosine(vector(one), vector(other));
    }

    /** Of vectors of length one. */
    private static double cosine(float[] one, float[] other) {
        double product = 0;
        for (int i = 0; i < one.length; i++) {
            product += (double) one[i] * other[i];
        }
        return product;
    }

    /** The first two numbers that are not zero, and where they stand. */
    private static String nonzero(float[] vector) {
        var text = new StringBuilder();
        int found = 0;
        for (int i = 0; i < vector.length && found < 2; i++) {
            if (vector[i] != 0) {
                text.append(i).append(':').append(vector[i]).append(' ');
                found++;
            }
        }
        return text.toString().strip();
    }

    private static String digest(List<float[]> vectors) {
        ByteBuffer bytes = ByteBuffer.allocate(vectors.size() * 384 * Float.BYTES);
        vectors.forEach(vector -> {
            for (float number : vector) {
                bytes.putFloat(number);
            }
        });
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
