package dev.pulsegraph.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Against the examples of FIPS 180-4, and a text whose UTF-8 has more than one byte a character. */
class Sha256Test {
    @Test
    void texts_are_hashed_in_utf_8() {
        assertThat(Sha256.hex("")).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(Sha256.hex("abc")).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(Sha256.of("ü")).isEqualTo(Sha256.of(HexFormat.of().parseHex("c3bc")));
    }
}
