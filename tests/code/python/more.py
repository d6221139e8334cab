# More of Python.
class Typed(typing.Generic[T], make_base(int), Plain):
    def method(self, a: Optional[Shape] | None, b: dict[str, "Other"] = {}) -> module.Type:
        for item, rest in self.pairs(a):
            use(item, rest)
        for single in a:
            use(single)
        with open(a) as handle:
            handle.read(handle)
        if (found := search(a)):
            use(found)
        try:
            pass
        except Failure as problem:
            log(problem)
        key = lambda each, second=1: compare(each, second)
        table[0](a)
        (yield_all or a)(b)
        left, right = split(a)
        return join(left, right, sep=separator)


# Doc by comment.
@wrapped
def documented():
    pass


def hints(a: list["Shape"], b: Shape | Other, c: Deep[Inner]) -> None: ...


if TYPE_CHECKING:
    from typing import Protocol

__all__ = ["Overloaded", "helper"]
__all__ += ["more"]


class Overloaded(Generic[T]):
    __slots__ = ("a", "b")

    @overload
    def get(self, key: int) -> int: ...

    @overload
    def get(self, key: str) -> str: ...

    def get(self, key):
        """One of both."""
        return self._table[key]

    @property
    def size(self) -> int:
        return len(self._table)

    @size.setter
    def size(self, value: int) -> None:
        self._table.resize(value)

    @classmethod
    async def load(cls, *, path: str = "x", **rest) -> "Overloaded":
        async with opened(path) as stream:
            return cls(await stream.read())

    class Inner:
        def deep(self):
            def deeper():
                nonlocal_name()

            return deeper

    if sys.version_info >= (3, 12):
        def newer(self): pass
    else:
        def older(self): pass


try:
    import fast as impl
except ImportError:
    impl = None

    def fallback(): return slow.run()


def generic[T: int](a: T, /, b: T = None, *, c) -> list[T]:
    match a:
        case Point(x=0, y=ys):
            return handle(ys)
    return [transform(x) for x in b if keep(x)]


counter: int
total = partial = 0
alias = Overloaded.get
shorter = lambda x: x + 1
Name = namedtuple("Name", "a b")
UserId = NewType("UserId", int)
@final
class Empty: "Only a docstring."
