package dev.pulsegraph.embedding.model;

import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.datasketches.hash.MurmurHash3;

/**
 * The built-in model. It knows no language: it finds texts that share words, parts of words and pairs of words, typing
 * errors and inflections included, and no synonyms. It needs no network and answers the same for ever; a change of any rule
 * below is another model with another name.
 *
 * <ol>
 *   <li>The text is normalised: NFKC, then lower case of the root locale. Words are the longest runs of letters, digits and
 *       combining marks, as Unicode calls them.
 *   <li>Its features are each word (weight 1), each pair of neighbouring words (weight ½), and of each word, with a space
 *       before and behind it, every run of 3 to 5 characters (weight ¼), as Bojanowski et al. (2017), "Enriching Word
 *       Vectors with Subword Information", do. A feature that occurs n times counts weight · (1 + ln n), the sublinear
 *       scaling of Manning, Raghavan and Schütze (2008), "Introduction to Information Retrieval", 6.4.1.
 *   <li>Features are hashed into 384 numbers with a sign, as Weinberger et al. (2009), "Feature Hashing for Large Scale
 *       Multitask Learning", do. The hash is MurmurHash3_x64_128 (Austin Appleby, public domain) with seed 0 of the UTF-8
 *       of a letter for the kind of feature, a colon and the feature: {@code w:word}, {@code p:two words}, {@code c: wor}.
 *       The first half modulo 384, unsigned, says which number; the lowest bit of the second half says minus.
 *   <li>The vector is divided by its length.
 * </ol>
 *
 * <p>A text without any letter or digit, such as one of emoji, has as its words its runs of other characters between blanks.
 * If it is blank, or everything cancels out, its only feature is {@code t:} and the whole normalised text. So no vector is zero.
 */
@Singleton
final class HashingModel implements EmbeddingModel {
    static final String NAME = "pulsegraph-hash-1";
    static final int DIMENSIONS = 384;

    private static final double WORD = 1;
    private static final double PAIR = 0.5;
    private static final double CHARACTERS = 0.25;
    private static final int MIN_LENGTH = 3;
    private static final int MAX_LENGTH = 5;
    private static final long SEED = 0;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int dimensions() {
        return DIMENSIONS;
    }

    @Override
    public boolean isLocal() {
        return true;
    }

    @Override
    public List<float[]> embed(List<String> texts, Duration timeout) {
        return texts.stream().map(HashingModel::embed).toList();
    }

    private static float[] embed(String text) {
        String normal = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        // In the order of the text: a sum of floating-point numbers depends on it.
        Map<String, Count> features = new LinkedHashMap<>();
        collect(words(normal), features);
        double[] sums = new double[DIMENSIONS];
        features.forEach((feature, count) -> add(sums, feature, count.value()));
        if (squaredLength(sums) < 1e-12) {
            add(sums, "t:" + normal, WORD);
        }
        return unit(sums);
    }

    private static List<String> words(String normal) {
        List<String> words = split(normal, true);
        return words.isEmpty() ? split(normal, false) : words;
    }

    private static List<String> split(String normal, boolean lettersOnly) {
        List<String> words = new ArrayList<>();
        var word = new StringBuilder();
        normal.codePoints().forEach(c -> {
            if (lettersOnly ? isOfWord(c) : !isBlank(c)) {
                word.appendCodePoint(c);
            } else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
        });
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        // A mark that stands alone is no word.
        return lettersOnly && words.stream().noneMatch(HashingModel::hasLetter) ? List.of() : words;
    }

    private static boolean hasLetter(String word) {
        return word.codePoints().anyMatch(Character::isLetterOrDigit);
    }

    private static boolean isOfWord(int c) {
        return Character.isLetterOrDigit(c)
                || switch (Character.getType(c)) {
                    case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
                    default -> false;
                };
    }

    private static boolean isBlank(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private static void collect(List<String> words, Map<String, Count> features) {
        String before = null;
        for (String word : words) {
            count(features, "w:" + word, WORD);
            if (before != null) {
                count(features, "p:" + before + " " + word, PAIR);
            }
            before = word;
            collectRuns(" " + word + " ", features);
        }
    }

    private static void collectRuns(String padded, Map<String, Count> features) {
        int[] characters = padded.codePoints().toArray();
        for (int length = MIN_LENGTH; length <= MAX_LENGTH; length++) {
            for (int begin = 0; begin + length <= characters.length; begin++) {
                count(features, "c:" + new String(characters, begin, length), CHARACTERS);
            }
        }
    }

    private static void count(Map<String, Count> features, String feature, double weight) {
        features.computeIfAbsent(feature, any -> new Count(weight)).times++;
    }

    private static void add(double[] sums, String feature, double value) {
        long[] hash = MurmurHash3.hash(feature.getBytes(StandardCharsets.UTF_8), SEED);
        int number = (int) Long.remainderUnsigned(hash[0], DIMENSIONS);
        sums[number] += (hash[1] & 1) == 0 ? value : -value;
    }

    private static double squaredLength(double[] sums) {
        double squared = 0;
        for (double sum : sums) {
            squared += sum * sum;
        }
        return squared;
    }

    private static float[] unit(double[] sums) {
        double length = Math.sqrt(squaredLength(sums));
        float[] vector = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (float) (sums[i] / length);
        }
        return vector;
    }

    private static final class Count {
        private final double weight;
        private int times;

        Count(double weight) {
            this.weight = weight;
        }

        /** By StrictMath, which gives the same on every machine. */
        double value() {
            return weight * (1 + StrictMath.log(times));
        }
    }
}
