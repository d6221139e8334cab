class More {
    int[] numbers;
    static final String A = Names.of("a");
    java.util.List<String> qualified;

    More(int a) {
        this(a, 1);
        int local = 2, other = local;
        for (String each : names()) visit(each, other);
        if (o instanceof Shape shape) shape.draw(local);
        switch (o) {
            case Pair(int left, var right) -> use(left, right);
        }
        list.sort((x, y) -> compare);
        list.map(single -> single);
        this.handler.field.run(outer.inner);
        (make()).go();
        add(new java.util.ArrayList());
        new Shape() { void run() { start(); } };
    }
}

/** Documented. */
@SuppressWarnings({"unchecked", "rawtypes"})
public sealed interface Node<T extends Comparable<? super T>> permits Leaf, Node.Branch {
    record Branch<T>(Node<T> left, @NotNull Node<T>... rest) implements Node<T>, Cloneable {
        static int made;
        Branch(Node<T> left) { this(left, null); }
        public Branch { Objects.requireNonNull(left); }
        @Override public boolean equals(Object o) { return o instanceof Branch<?>(var l, var r) && l.equals(r); }
    }
    private static void helper() {}
    T value() throws A, B;
}

non-sealed class Leaf<T> extends pkg.Outer.Base<T> implements Node<T> {
    transient volatile int[] a[] = {{1}}, b;
    static { init(); }
    { instance(); }
    <U extends Number & Comparable<U>> Leaf(U u) { super(u); }
    synchronized native void fast(int... xs);
    final Runnable r = new Runnable() {
        int tick;
        @Override public void run() { tick++; fast(tick); }
    };
    Supplier<String> s = () -> String.valueOf(1);
    Function<T, U> f = Leaf::<T>new, g = this::map;
    int old()[] { return null; }
    @Deprecated protected strictfp abstract static class Deep<A> { class Deeper { void deepest() {} } }
    enum Op implements IntBinaryOperator {
        ADD("+") { public int applyAsInt(int a, int b) { return a + b; } },
        @Deprecated SUB("-"),
        ;
        Op(String s) {}
    }
    int yields(Object o) {
        return switch (o) { case Integer i when i > 1 -> i; case String t -> { yield len(t); } default -> outer.<T>generic().x; };
    }
    String text = """
        void notCode() {}
        """;
}
