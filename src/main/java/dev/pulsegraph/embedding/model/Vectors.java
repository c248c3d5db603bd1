package dev.pulsegraph.embedding.model;

import dev.pulsegraph.problem.Limit;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.StringJoiner;

/** Vectors as they are stored: of unit length, since only their direction counts. */
public final class Vectors {
    /** What numbers of single precision may be off; so a vector that was read can be written back and is the same. */
    private static final double ROUNDING = 1e-7;

    /** Of an array of one dimension: how many dimensions, whether there are nulls, the type, how many numbers, the first index. */
    private static final int HEADER = 5 * Integer.BYTES;

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

    /** The numbers of {@link #toText}. */
    public static float[] fromText(String text) {
        String[] numbers = text.substring(1, text.length() - 1).split(",", -1);
        float[] vector = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            vector[i] = Float.parseFloat(numbers[i]);
        }
        return vector;
    }

    /** The numbers of {@code array_send}: after a header, each with its length before it. */
    public static float[] fromBinary(byte[] array) {
        var numbers = ByteBuffer.wrap(array, HEADER, array.length - HEADER);
        float[] vector = new float[numbers.remaining() / (Integer.BYTES + Float.BYTES)];
        for (int i = 0; i < vector.length; i++) {
            numbers.getInt();
            vector[i] = numbers.getFloat();
        }
        return vector;
    }
}
