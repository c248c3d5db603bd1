package dev.pulsegraph.request;

import dev.pulsegraph.database.JsonReader;
import io.micronaut.core.type.Argument;
import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.data.model.JsonDataType;
import io.micronaut.data.runtime.mapper.ResultReader;
import io.micronaut.data.runtime.mapper.sql.SqlJsonColumnReader;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads columns of JSON with all digits of their numbers, of which the mapper would make doubles. */
@Singleton
class StoredJson implements SqlJsonColumnReader<Object>, JsonReader {
    private final JsonMapper mapper;
    private final StrictJson json;

    StoredJson(JsonMapper mapper, StrictJson json) {
        this.mapper = mapper;
        this.json = json;
    }

    @Override
    @SuppressWarnings("NullAway") // a column without a value has none, which the interface does not say
    public <T> @Nullable T readJsonColumn(
            ResultReader<Object, String> reader, Object row, String column, JsonDataType type, Argument<T> argument) {
        String text = reader.readString(row, column);
        if (text == null) {
            return null;
        }
        try {
            Object value = readStored(text);
            return value == null || argument.isInstance(value)
                    ? argument.getType().cast(value)
                    : mapper.readValue(text, argument);
        } catch (IOException e) {
            throw new DataAccessException("The column " + column + " cannot be read as JSON", e);
        }
    }

    @Override
    public @Nullable Object readStored(String text) throws IOException {
        return json.readStored(text);
    }

    @Override
    public JsonMapper getJsonMapper() {
        return mapper;
    }
}
