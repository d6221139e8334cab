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
