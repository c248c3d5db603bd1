package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.Problem;
import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.scalars.ExtendedScalars;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLScalarType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** The scalars of the contract. */
final class Scalars {
    static final GraphQLScalarType DATE_TIME = GraphQLScalarType.newScalar()
            .name("DateTime")
            .coercing(new DateTimeCoercing())
            .build();

    static final GraphQLScalarType DATE = GraphQLScalarType.newScalar()
            .name("Date")
            .coercing(new DateCoercing())
            .build();

    static final GraphQLScalarType JSON = GraphQLScalarType.newScalar()
            .name("JSON")
            .coercing(new JsonCoercing())
            .build();

    static final List<GraphQLScalarType> ALL = List.of(DATE_TIME, DATE, JSON, ExtendedScalars.GraphQLLong);

    private Scalars() {}

    /** What is written as a text of one form. */
    private abstract static class TextCoercing<T> implements Coercing<T, String> {
        private final Class<T> type;

        TextCoercing(Class<T> type) {
            this.type = type;
        }

        /** The value; DateTimeException when it is none. */
        abstract T parse(String text);

        /** What is wrong with a text, and how it should be. */
        abstract String sentence(String text);

        abstract String example();

        @Override
        public String serialize(Object value, GraphQLContext context, Locale locale) {
            if (type.isInstance(value)) {
                return value.toString();
            }
            throw new CoercingSerializeException("not a " + type.getSimpleName() + ": " + value.getClass());
        }

        @Override
        public T parseValue(Object value, GraphQLContext context, Locale locale) {
            try {
                return parse(value.toString());
            } catch (DateTimeException e) {
                throw new CoercingParseValueException(sentence(value.toString()));
            }
        }

        @Override
        public T parseLiteral(Value<?> literal, CoercedVariables variables, GraphQLContext context, Locale locale) {
            if (literal instanceof StringValue text) {
                try {
                    return parse(String.valueOf(text.getValue()));
                } catch (DateTimeException e) {
                    throw new CoercingParseLiteralException(sentence(String.valueOf(text.getValue())));
                }
            }
            throw new CoercingParseLiteralException(example());
        }
    }

    private static final class DateTimeCoercing extends TextCoercing<Instant> {
        private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
        private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

        DateTimeCoercing() {
            super(Instant.class);
        }

        @Override
        Instant parse(String text) {
            Instant at = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
            if (at.isBefore(FIRST) || !at.isBefore(END)) {
                throw new DateTimeException("year");
            }
            return at;
        }

        @Override
        String sentence(String text) {
            return "`" + Problem.shown(text)
                    + "` is not a time with an offset, such as 2026-03-01T09:30:00+01:00, of the years 0001 to 9999 in UTC.";
        }

        @Override
        String example() {
            return "A DateTime is written as a string, such as \"2026-03-01T09:30:00Z\".";
        }
    }

    private static final class DateCoercing extends TextCoercing<LocalDate> {
        DateCoercing() {
            super(LocalDate.class);
        }

        @Override
        LocalDate parse(String text) {
            LocalDate date = LocalDate.parse(text);
            if (date.getYear() < 1 || date.getYear() > 9999) {
                throw new DateTimeException("year");
            }
            return date;
        }

        @Override
        String sentence(String text) {
            return "`" + Problem.shown(text) + "` is not a day, such as 2026-03-01, of the years 0001 to 9999.";
        }

        @Override
        String example() {
            return "A Date is written as a string, such as \"2026-03-01\".";
        }
    }
}
