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
