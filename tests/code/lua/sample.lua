-- What Lua can do to a parser.
local json = require("json")
local base = require "lib.base"

local LIMIT = 16
counter = 0

local M = { version = "1", start = function() return counter end }

--- Adds two numbers.
-- @param a first
local function add(a, b)
  return a + b
end

function M.draw(canvas, f)
  local out = transform(canvas)
  canvas:line(M.point(1, 2))
  table.sort(out, add)
  return f(LIMIT)
end

function M:method(x)
  self:draw(x)
  return function(y) return visit(y) end
end

M.later = function(x) return x end
local arrow = function(z) return add(z, 1) end

function global_one()
  local function inner() return counter end
  return inner()
end

local Shape = setmetatable({}, { __index = base })
Shape.__index = Shape

return M
