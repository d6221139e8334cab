// More of Rust.
fn calls(&self, (left, right): (A1, B1), list: &[fn(u32)]) -> Vec<&'static Shape> {
    for item in list.iter() {
        item(left);
        (*item)(right);
    }
    list[0](1);
    let pair @ (first, ref second) = split();
    if let Some(found) = search(first) {
        found.go(second, pair);
    }
    match left {
        Kind::One(inner) => inner.run(),
        Point { x, y: renamed } => draw(x, renamed),
        other => other.stop(),
    }
    let f = |closed, mut again| use_both(closed, again);
    run(async { wait().await? });
    (make()?)(f);
    collect::<Vec<Thing>>(helper);
}
