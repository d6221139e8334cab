# What Nim can do.
import std/[strutils, os]
from math import sqrt
include util

const Limit* = 16
var
  counter = 0
  other*: int

type
  ## A shape.
  Shape* = ref object of RootObj
    name*: string
    size: int
  Color = enum
    red, green

## Adds two numbers.
proc add*(a, b: int): int =
  a + b

func half(x: float): float = x / 2

method draw*(s: Shape, canvas: Canvas) {.base.} =
  proc inner() =
    echo s.name
  canvas.line(add(1, 2))

template twice(body: untyped) =
  body
  body

iterator items*(s: Shape): int =
  yield 1
