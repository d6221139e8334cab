/// Doc of a variable.
var documented = 1;
int get topLevel => 2;
set topLevel(int v) {}
extension type Id(int value) {}
class More {
  const factory More.redirected() = Other;
  void calls(List<Shape> list) {
    for (var i = 0; i < 3; i++) visit(i);
    for (final each in list) visit(each);
  }
}
