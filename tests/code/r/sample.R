# What R can do to a parser.
library(stats)
source("util.R")

limit <- 16

#' Adds two numbers.
#' @param a first
add <- function(a, b = 2) {
  a + b
}

draw = function(canvas, ...) {
  inner <- function(x) scale(x)
  out <- lapply(canvas$items, inner)
  base::print(add(1, limit))
}

setClass("Shape", representation(name = "character"))
setMethod("area", "Shape", function(s) { own <- s; c(own) })
