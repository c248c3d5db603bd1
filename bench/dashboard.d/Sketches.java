import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;

/** Reads lines of a day, a user code, a share code and a visitor, in order; writes a line with a sketch for each of the first three. */
class Sketches {
    public static void main(String[] arguments) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        var sketch = new HllSketch(12, TgtHllType.HLL_4);
        String key = "";
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            int visitor = line.lastIndexOf('\t') + 1;
            String its = line.substring(0, visitor);
            if (!its.equals(key)) {
                write(out, key, sketch);
                sketch.reset();
                key = its;
            }
            sketch.update(line.substring(visitor));
        }
        write(out, key, sketch);
        out.flush();
    }

    private static void write(PrintStream out, String key, HllSketch sketch) {
        if (!sketch.isEmpty()) {
            out.println(key + "\\\\x" + HexFormat.of().formatHex(sketch.toCompactByteArray()));
        }
    }
}
