// What Dart can do to a parser.
library shapes;

import 'dart:async';
import 'package:app/base.dart' as base show Base, Other;
import 'util.dart' hide secret;
export 'more.dart';
part 'sample.g.dart';

/// How often.
const int limit = 16;
var _counter = 0;
final table = {'add': add};

/// A shape.
@immutable
abstract class Shape<T extends Base> extends Parent<T> with Logging implements Drawable, Named {
  static const sides = 4;
  final String name;
  int? _size;
  late List<T> items;

  Shape(this.name, {int size = 1}) : super(name) {
    register(this);
  }

  Shape.empty() : this('x');
  factory Shape.of(String name) => Circle(name);

  /// Draws it.
  @override
  Future<bool> draw(Canvas canvas, {required Point at}) async {
    canvas.line(Point(1, 2));
    final local = transform(canvas);
    items.map((i) => scale(i)).forEach(visit);
    await local?.run();
    return _hidden() > limit;
  }

  int _hidden() => max(1, 2);
  int get size => _size ?? 0;
  set size(int v) { _size = v; }
  bool operator ==(Object o) => identical(this, o);
  void later();
}

mixin Logging on Base {
  void log(String m) => print(m);
}

extension Twice on int {
  int twice() => this * 2;
}

enum Color {
  red(1), green(2);
  final int code;
  const Color(this.code);
  Color tint() => red;
}

typedef Handler = void Function(int x);

int add(int a, int b) {
  int inner(int x) => x;
  return inner(a) + b;
}

Future<void> main() async => runApp(const App());
