package dev.pulsegraph.graphql;

import dev.pulsegraph.security.Sha256;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a manifest, as generators of clients write it: an object from hash to text (graphql-codegen, Relay), or
 * Apollo's list of operations. A hash is SHA-256, or SHA-1 as graphql-codegen has it unless told, in hexadecimal, with or
 * without the name of the algorithm in front.
 */
final class TrustedDocuments {
    static final TrustedDocuments NONE = new TrustedDocuments();
    private static final String APOLLO = "apollo-persisted-query-manifest";

    private final Map<String, String> texts = new HashMap<>();
    private final Set<String> hashes = new HashSet<>();

    private TrustedDocuments() {}

    static TrustedDocuments read(Path manifest, JsonMapper json) {
        Object content;
        try {
            content = json.readValue(Files.readAllBytes(manifest), Object.class);
        } catch (IOException e) {
            throw new IllegalStateException("The manifest of trusted documents cannot be read: " + manifest, e);
        }
        if (!(content instanceof Map<?, ?> object)) {
            throw new IllegalStateException(manifest + " must hold a JSON object from SHA-256 to document.");
        }
        var documents = new TrustedDocuments();
        if (APOLLO.equals(object.get("format"))) {
            documents.addOperations(manifest, object.get("operations"));
        } else {
            object.forEach((id, text) -> documents.add(manifest, id, text));
        }
        return documents;
    }

    private void addOperations(Path manifest, @Nullable Object operations) {
        if (operations instanceof List<?> list) {
            list.forEach(each -> {
                if (each instanceof Map<?, ?> operation) {
                    add(manifest, operation.get("id"), operation.get("body"));
                }
            });
        } else if (operations instanceof Map<?, ?> byId) {
            byId.forEach((id, each) -> {
                if (each instanceof Map<?, ?> operation) {
                    add(manifest, id, operation.get("body"));
                }
            });
        } else {
            throw new IllegalStateException(manifest + " has no `operations`, which a manifest of Apollo holds.");
        }
    }

    private void add(Path manifest, @Nullable Object id, @Nullable Object text) {
        if (!(id instanceof String hash) || !(text instanceof String document)) {
            throw new IllegalStateException(manifest + ": a document needs its hash and its text.");
        }
        String bare = bare(hash);
        if (!isHashOf(bare, document)) {
            throw new IllegalStateException(manifest + ": " + hash + " is not the SHA-256 of its document.");
        }
        texts.put(bare, document);
        hashes.add(sha256(document));
    }

    Collection<String> all() {
        return texts.values();
    }

    /** What a hash stands for; null when the manifest has none. */
    @Nullable
    String text(String hash) {
        return texts.get(hash);
    }

    boolean holds(String text) {
        return hashes.contains(sha256(text));
    }

    /** A hash without the name of its algorithm in front. */
    static String bare(String hash) {
        String lower = hash.toLowerCase(Locale.ROOT);
        return lower.startsWith("sha256:") || lower.startsWith("sha1:")
                ? lower.substring(lower.indexOf(':') + 1)
                : lower;
    }

    static boolean isHashOf(String bare, String text) {
        return bare.equals(sha256(text)) || bare.equals(sha1(text));
    }

    static String sha256(String text) {
        return Sha256.hex(text);
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
