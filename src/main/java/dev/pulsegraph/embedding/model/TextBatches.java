package dev.pulsegraph.embedding.model;

import java.util.ArrayList;
import java.util.List;

/** Cuts a list of texts into batches of so many texts and characters at most; a longer text is a batch of its own. */
final class TextBatches {
    private TextBatches() {}

    static List<List<String>> of(List<String> texts, int maxTexts, int maxCharacters) {
        List<List<String>> batches = new ArrayList<>();
        int begin = 0;
        long characters = 0;
        for (int i = 0; i < texts.size(); i++) {
            boolean isFull = i - begin == maxTexts || characters + texts.get(i).length() > maxCharacters;
            if (isFull && i > begin) {
                batches.add(texts.subList(begin, i));
                begin = i;
                characters = 0;
            }
            characters += texts.get(i).length();
        }
        if (begin < texts.size()) {
            batches.add(texts.subList(begin, texts.size()));
        }
        return batches;
    }
}
