package dev.pulsegraph.bulk;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Values between commas (RFC 4180), under a header that names columns in any order. */
final class CsvFormat implements LineFormat {
    private static final CsvReader.CsvReaderBuilder READER =
            CsvReader.builder().skipEmptyLines(false).allowExtraCharsAfterClosingQuote(false);

    private final List<String> columns;
    private @Nullable List<String> header;

    CsvFormat(List<String> columns) {
        this.columns = columns;
    }

    @Override
    public boolean quotes() {
        return true;
    }

    @Override
    public boolean isHeader(Line line) {
        if (header != null) {
            return false;
        }
        if (line.problem != null) {
            throw line.problem;
        }
        List<String> names = values(line.bytes).stream().map(String::strip).toList();
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!columns.contains(name)) {
                throw LineFormat.unknown(name, columns);
            }
            if (!seen.add(name)) {
                throw Problem.of(ErrorCode.BAD_USER_INPUT, "The header names `" + name + "` twice.");
            }
        }
        header = names;
        return true;
    }

    @Override
    public Map<String, @Nullable Object> read(byte[] line) {
        List<String> names = header == null ? List.of() : header;
        List<String> values = values(line);
        if (values.size() != names.size()) {
            throw Problem.of(
                    ErrorCode.BAD_USER_INPUT,
                    "The line has " + values.size() + " fields; the header has " + names.size() + ".");
        }
        Map<String, @Nullable Object> fields = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            if (!values.get(i).isBlank()) {
                fields.put(names.get(i), values.get(i));
            }
        }
        return fields;
    }

    private static List<String> values(byte[] line) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
            List<CsvRecord> records = READER.ofCsvRecord(text).stream().toList();
            if (records.size() == 1) {
                return records.getFirst().getFields();
            }
        } catch (CharacterCodingException notUtf8) {
            throw Problem.of(ErrorCode.BAD_USER_INPUT, "The line is not UTF-8.");
        } catch (CsvParseException | IllegalArgumentException | IllegalStateException notCsv) {
            // falls through to the sentence below
        }
        throw Problem.of(
                ErrorCode.BAD_USER_INPUT,
                "The line is not CSV: a value with a comma, a quote or a line break stands in quotes, and a quote in it is"
                        + " written twice.");
    }
}
