package dev.pulsegraph.embedding.model;

import dev.pulsegraph.problem.Limit;
import java.util.Arrays;
import java.util.StringJoiner;

/** Vectors as they are stored: of unit length, since only their direction counts. */
public final class Vectors {
    /** What numbers of single precision may be off; so a vector that was read can be written back and is the same. */
    private static final double ROUNDING = 1e-7;

    @Limit("dimensions of a vector")
    public static final int MAX_DIMENSIONS = 16_000;

    private Vectors() {}

    /**
     * The vector of length 1 in the same direction, computed in double precision.
     *
     * @throws ArithmeticException when it has none: all numbers are zero, or one of them is not finite
     */
    public static float[] unit(double... vector) {
        double largest = 0;
        for (double x : vector) {
            if (!Double.isFinite(x)) {
                throw new ArithmeticException(x + " is not a finite number");
            }
            largest = Math.max(largest, Math.abs(x));
        }
        if (largest == 0) {
            throw new ArithmeticException("all numbers are zero");
        }
        // Scaled first, so that squares of very large and very small numbers stay numbers.
        double squares = 0;
        for (double x : vector) {
            squares += (x / largest) * (x / largest);
        }
        double scaled = Math.sqrt(squares);
        boolean isUnit = Math.abs(scaled * largest - 1) < ROUNDING;
        float[] unit = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            unit[i] = (float) (isUnit ? vector[i] : vector[i] / largest / scaled);
        }
        return unit;
    }

    public static float[] unit(float[] vector) {
        double[] exact = new double[vector.length];
        Arrays.setAll(exact, i -> vector[i]);
        return unit(exact);
    }

    /** As PostgreSQL reads an array of numbers. */
    public static String toText(float[] vector) {
        var text = new StringJoiner(",", "{", "}");
        for (float x : vector) {
            text.add(Float.toString(x));
        }
        return text.toString();
    }
}
