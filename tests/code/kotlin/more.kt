class Outer(val given: Handler?) {
    companion object Factory { fun make() = Outer(null) }
    fun calls(list: List<(Int) -> Unit>, other: Outer.Inner?) {
        list[0](1)
        (pick())(2)
        run(Outer::make)
        val action: (Shape) -> Unit = { it.go(given) }
        @Marker(3) val x = 4
    }
}

@Target(AnnotationTarget.CLASS)
annotation class Bare
annotation class Marker(val level: Int = 1)
fun interface Action { fun run(x: Int): Boolean }
@JvmInline value class Id(val raw: String)
sealed class Event { data class Click(val x: Int) : Event(); data object Idle : Event() }
internal inline fun <reified T : Any> List<T>.pick(crossinline by: (T) -> Boolean): T? = firstOrNull { by(it) }
var String.size2: Int
    get() = length
    private set(value) { store(value) }
operator fun Id.plus(other: Id) = Id(raw + other.raw)
infix fun Int.shl2(n: Int): Int = this shl n
tailrec suspend fun loop(n: Int): Int = if (n == 0) 0 else loop(n - 1)
class Holder private constructor(val a: Int) : Base by delegate {
    val lazyOne by lazy { compute() }
    lateinit var late: String
    companion object { @JvmField val X = 1 }
    fun `with blanks`() { object : Runnable { override fun run() { tick() } } }
    operator fun get(i: Int) = a
    init { check(a > 0) { "no" } }
}
