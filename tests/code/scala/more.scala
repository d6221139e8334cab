val topLevel = 1
var changing = 2
class More(var counter: Int, plain: Shape with Named) {
  def calls(list: List[pkg.Deep], other: Outer#Inner) = {
    val local = pick
    for (item <- list; second = item) visit(item, second)
    list.map(x => outside)
    list.map { case (left, right) => use(left, right) }
    run(local)(counter)
    (make)(1)
    typed[Int](2)
    new pkg.Deep(plain)
  }
}
extension (s: Shape) def twice = s
