# What Julia can do to a parser.
module Shapes

using LinearAlgebra
import Base: show, length
export Shape, area

const LIMIT = 16

"""
A shape.
"""
struct Shape{T} <: Base.AbstractShape
    name::String
    size::T
end

mutable struct Point
    x::Int
end

abstract type Drawable end

"How large it is."
function area(s::Shape{T}, scale=1) where T
    helper(x) = x * scale
    return helper(s.size) + LIMIT
end

half(x) = x / 2

macro twice(ex)
    :( $(ex); $(ex) )
end

@enum Color red green

end
