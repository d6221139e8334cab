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

/// Documented.
@immutable
abstract base class Box<T extends Object> extends Base<T> with Mix, Other<T> implements Comparable<Box<T>> {
  final T value;
  static const int max = 3, min = 1;
  late final String? _name;
  const Box(this.value, {required this.size, super.key}) : assert(value != null), super();
  Box.named(int x) : this(x, size: 1);
  factory Box.from(Map<String, dynamic> json) => Box.named(json['a']);
  external int native();
  T get it => value;
  set it(T v) { store(v); }
  Box<T> operator +(Box<T> o) => add(o);
  Stream<int> each() async* { yield* source(); }
  Future<void> run([int a = 1, String? b]) async { await step(a); _name?.length; items..add(a)..clear(); }
  static Box<int> make() => const Box(1, size: 2);
  void Function(int)? callback;
}
mixin Mix on Base { void mixed() {} }
extension StringX on String { bool get blank => trim().isEmpty; }
extension type Id(int raw) { int twice() => raw * 2; }
enum Level implements Named { low(1), high(2); const Level(this.n); final int n; bool get top => this == high; }
sealed class Shape2 {}
typedef Callback<T> = void Function(T value);
typedef int OldStyle(int a);
int get topGetter => 1;
const topConst = 1;
void main2(List<String> args) { final local = (int x) => helper(x); switch (args) { case [var a, ...]: use(a); } }
