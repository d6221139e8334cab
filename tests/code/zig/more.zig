fn calls(list: []const Shape, maybe: ?*Shape) !Failure!void {
    for (list) |item| visit(item);
    if (maybe) |found| found.go();
    var changing: u32 = 0;
    use(changing);
    (try pick())(1);
    make()(2);
}
