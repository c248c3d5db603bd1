package dev.pulsegraph.demo;

import java.util.Map;
import java.util.Objects;

/** What posts of the demo are about: a subject, and what there is to say of it. */
final class DemoTexts {
    private static final Map<String, String> ABOUT = Map.of(
            "our spring launch",
                    "New colours, lighter fabrics and a shop that opens at nine on the first of the month.",
            "the new workshop", "Learn to bind a notebook by hand in an afternoon; tools, paper and tea are there.",
            "a day at the studio", "Coffee at eight, light until five, and the cat decides which chair is free.",
            "five small habits", "Clear the desk, plan three things, walk at noon, answer late, sleep early.",
            "the making of", "From the first sketch to the last stitch: patterns, prototypes and what went wrong.",
            "a customer's story", "How a bakery with two ovens came to deliver bread to half of the town.",
            "our favourite tools", "A sharp knife, a good lamp, a pencil that never smears, and where to buy them.",
            "the road ahead", "What we will build this year, what we will not, and why we ask for your patience.",
            "a quick tutorial", "Soup for a rainy evening in twenty minutes: lentils, ginger, lemon and one pot.",
            "your questions", "Shipping abroad, returns, sizes, repairs: the answers to what you asked most.");

    private DemoTexts() {}

    static String about(String subject) {
        return Objects.requireNonNull(ABOUT.get(subject), subject);
    }
}
