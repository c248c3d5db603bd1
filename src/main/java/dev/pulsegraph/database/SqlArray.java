package dev.pulsegraph.database;

import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A collection that is one array for PostgreSQL, of texts or of what texts are cast to; it would be a list of values else. */
@Target({ElementType.PARAMETER, ElementType.FIELD, ElementType.METHOD, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.RUNTIME)
@TypeDef(type = DataType.STRING_ARRAY)
public @interface SqlArray {}
