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

package inner.deep {
  private[deep] sealed abstract case class Node[+A, -B](left: A)(implicit val ord: Ordering[A]) { self: Other =>
    @tailrec final protected def go(n: Int)(using ctx: Ctx): Unit = if (n > 0) go(n - 1) else stop()
    override val (x, y) = pair
    val f: Int => Int = _ + 1
    implicit class Ops(s: String) { def shout = s.toUpperCase }
    def +(o: Node[A, B]) = o
    def unary_! = this
    private[this] var state = 0
    def state_=(v: Int): Unit = { state = v }
    object Nested extends App { main() }
    type F[X] = Either[String, X]
  }
}
opaque type Id = String
trait Show[A]: 
  extension (a: A) def show: String
  def both(x: A): String = x.show
object syntax:
  inline def twice(inline x: Int): Int = x + x
  given Show[Int] with
    def show(a: Int) = a.toString
enum Opt[+T] { case Some(x: T); case None }
@main def run(args: String*) = println(args)
case class Single(value: Int) extends AnyVal
