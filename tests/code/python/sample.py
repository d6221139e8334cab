"""What Python can do to a parser."""
from __future__ import annotations

import os.path as path, sys
from collections import (OrderedDict as Ordered,
                         deque)
from . import sibling
from ..package.util import *

LIMIT = 16
first, _second = 1, 2
handlers: dict[str, Handler] = {"add": add_one}


def add(a: int, b: int = 2) -> int:
    """Adds two numbers.

    Wraps around silently.
    """
    return a + b


@decorate(level=3)
@functools.cache
async def fetch(url, *args, timeout=LIMIT, **kw):
    # Not a docstring.
    result = await session.get(url, timeout=timeout)

    def inner(x):
        return transform(x)

    return list(map(inner, filter(predicate, result)))


class Shape(Base, metaclass=Meta):
    """A shape."""

    corners = 0
    _cache: dict = {}

    class Meta:
        ordering = ["name"]

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    @property
    def area(self) -> "Square[float]":
        return self._measure() * path.getsize(self.name)

    def _measure(self):
        return lambda x: scale(x)

    @staticmethod
    def of(kind: type[Shape]) -> Optional[Shape]:
        return kind()


def multi_line(
    a,
    b,
):
    pass


if __name__ == "__main__":
    def only_main():
        pass

    main = only_main
    sys.exit(main())

type Vector = list[float]
