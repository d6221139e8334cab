// What Kotlin can do to a parser.
package com.example.shapes

import java.util.*
import com.example.base.Base as B
import kotlin.math.max

/** How often. */
const val LIMIT = 16
private var counter: Int = 0
val table = mapOf("add" to ::add)

/**
 * A shape.
 */
@Entity
abstract class Shape<T : Base>(private val name: String, var size: Int = 2, plain: Int) : Parent<T>(name), Drawable {
    val area: Double
        get() = measure(name)
    protected lateinit var items: List<T>

    constructor(other: Shape<T>) : this(other.name)

    init {
        register(this)
    }

    /** Draws it. */
    override fun draw(canvas: Canvas): Unit {
        canvas.line(Point(1, 2))
        items.filter { it.size > LIMIT }.forEach(::visit)
        val local = transform(canvas)
        local?.run()
    }

    private fun hidden() = max(1, 2)

    inner class Inner { fun use() = hidden() }

    companion object {
        const val MAX = 3
        @JvmStatic fun of(name: String): Shape<*> = Circle(name)
    }

    enum class Color(val code: Int) : Named {
        RED(1), GREEN(2) { override fun tint() {} };
        open fun tint() {}
    }
}

interface Visitor<V> : Base {
    fun visit(v: V)
}

data class Pair<A, B>(val left: A, val right: B)

object Registry : Base() {
    fun add(s: Shape<*>) { counter++ }
}

sealed interface Result

typealias Handler = (Int) -> String

suspend fun <T> T.extend(x: Int): T where T : Base {
    return when (this) { is Shape<*> -> this else -> throw Error("x") }
}

fun add(a: Int, b: Int): Int { return a + b }
