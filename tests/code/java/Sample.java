// What Java can do to a parser.
package com.example.shapes;

import java.util.*;
import java.util.function.Function;
import static java.lang.Math.max;

/**
 * A shape.
 *
 * @param <T> what it is made of
 */
@Entity(name = "shape")
public abstract class Sample<T extends Base> extends Parent<T> implements Drawable, Comparable<Sample<T>> {
    public static final int LIMIT = 16;
    private int a, b = 2;
    protected List<Map<String, T>> items = new ArrayList<>();

    static {
        register(Sample.class);
    }

    public Sample(String name) {
        super(name);
        this.a = max(1, 2);
    }

    /** Draws it. */
    @Override
    public <R> R draw(final Canvas canvas, Function<T, R> f) throws IOException {
        canvas.line(new Point(1, 2));
        items.forEach(item -> visit(item));
        items.stream().map(Sample::scale).toList();
        return f.apply(null);
    }

    private static int scale(Object o) { return LIMIT; }

    abstract void later();

    private class Inner {
        int value;
        void use() { draw(null, null); }
    }

    enum Color implements Named {
        RED(1), GREEN { void tint() {} };
        private final int code;
        Color(int code) { this.code = code; }
    }

    interface Visitor<V> extends Base {
        int SIDES = 3;
        void visit(V v);
        default void twice(V v) { visit(v); visit(v); }
    }

    record Pair<A, B>(A left, B right) {
        Pair { check(left); }
        static Pair<Integer, Integer> of() { return new Pair<>(1, 2); }
    }

    @interface Marker {
        String value() default "";
    }
}
