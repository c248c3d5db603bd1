package dev.pulsegraph.graphql.engine;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The property of a name, of whatever class it is asked of: a component of a record, a getter, or the value of a key. */
final class Property extends ClassValue<Function<Object, @Nullable Object>>
        implements Function<Object, @Nullable Object> {
    private static final Map<String, Property> ALL = new ConcurrentHashMap<>();

    private final String name;

    private Property(String name) {
        this.name = name;
    }

    /** @param name a field of the schema, of which there are only so many */
    static Property of(String name) {
        return ALL.computeIfAbsent(name, Property::new);
    }

    @Override
    public @Nullable Object apply(Object source) {
        return source instanceof Map<?, ?> map
                ? map.get(name)
                : get(source.getClass()).apply(source);
    }

    @Override
    protected Function<Object, @Nullable Object> computeValue(Class<?> type) {
        try {
            return accessor(find(type));
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Method find(Class<?> type) throws NoSuchMethodException {
        String capital = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        for (String candidate : new String[] {name, "get" + capital, "is" + capital}) {
            for (Class<?> at = type; at != null; at = at.getSuperclass()) {
                try {
                    return at.getDeclaredMethod(candidate);
                } catch (NoSuchMethodException elsewhere) {
                    // is looked for above
                }
            }
        }
        return type.getMethod(name);
    }

    /** A function as fast as a lambda that calls the method. */
    @SuppressWarnings("unchecked")
    private static Function<Object, @Nullable Object> accessor(Method method) throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(method.getDeclaringClass(), MethodHandles.lookup());
        MethodHandle handle = lookup.unreflect(method);
        try {
            return (Function<Object, @Nullable Object>) LambdaMetafactory.metafactory(
                            lookup,
                            "apply",
                            MethodType.methodType(Function.class),
                            MethodType.methodType(Object.class, Object.class),
                            handle,
                            handle.type().wrap())
                    .getTarget()
                    .invoke();
        } catch (Throwable notLinked) {
            throw new ReflectiveOperationException(method.toString(), notLinked);
        }
    }
}
