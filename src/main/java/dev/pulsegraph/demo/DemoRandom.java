package dev.pulsegraph.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Chance with a fixed seed: the same on every machine. */
public final class DemoRandom {
    private final Random random;

    public DemoRandom(long seed) {
        random = new Random(seed);
    }

    public int below(int bound) {
        return random.nextInt(bound);
    }

    public double share() {
        return random.nextDouble();
    }

    public boolean isOneIn(int many) {
        return random.nextInt(many) == 0;
    }

    public <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** One to {@code most} of the list, in its order. */
    public <T> List<T> some(List<T> list, int most) {
        int wanted = 1 + random.nextInt(most);
        List<T> chosen = new ArrayList<>(list);
        while (chosen.size() > wanted) {
            chosen.remove(random.nextInt(chosen.size()));
        }
        return chosen;
    }

    /** Random bits in the form of a version 4 UUID. */
    public UUID id() {
        return new UUID(
                (random.nextLong() & ~0xF000L) | 0x4000L,
                (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L);
    }
}
