package dev.pulsegraph.graphql;

/** Adds the fields of a feature to the schema. One bean a feature. */
public interface Resolver {
    void wire(Wiring wiring);
}
