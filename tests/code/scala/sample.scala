// What Scala can do to a parser.
package com.example.shapes

import scala.collection.mutable.{Map => MMap, Set, _}
import com.example.base.Base

/** A shape. */
@deprecated("x")
abstract class Shape[T <: Base](private val name: String, size: Int = 2) extends Parent[T](name) with Drawable {
  val area: Double = measure(name)
  private var items: List[T] = Nil
  lazy val cache = MMap.empty[String, T]
  type Id = String

  /** Draws it. */
  override def draw(canvas: Canvas)(implicit p: Point): Boolean = {
    canvas.line(new Point(1, 2))
    val local = transform(canvas)
    items.map(i => scale(i)).foreach(visit)
    local match {
      case Some(x) => x.run
      case _ => false
    }
  }

  protected def hidden: Int = max(1, 2)
  def this(other: Shape[T]) = this(other.name)
  class Inner { def use = hidden }
}

object Shape {
  val Limit = 16
  def apply(name: String): Shape[_] = new Circle(name)
}

case class Pair[A, B](left: A, right: B)
case object Empty extends Shape("x")

trait Drawable extends Base with Named {
  def draw(canvas: Canvas)(implicit p: Point): Boolean
}

enum Color(val code: Int) extends Named:
  case Red extends Color(1)
  case Green, Blue
  def tint: Color = Red

given ordering: Ordering[Shape[_]] with
  def compare(a: Shape[_], b: Shape[_]) = 0

def add(a: Int, b: Int): Int = a + b
