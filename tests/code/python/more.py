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
