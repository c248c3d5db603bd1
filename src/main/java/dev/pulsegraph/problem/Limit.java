package dev.pulsegraph.problem;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A bound that somebody may run into: a constant, or a setting, which is a component of a record of settings. The table of
 * limits in docs/security.md is made of these.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT})
public @interface Limit {
    /** What is bounded, such as {@code "events of an HTTP request"}; of a setting, what its {@code @param} says unless it is given. */
    String value() default "";

    /** Of a number that counts no things: {@code "bytes"}. */
    String unit() default "";
}
