require "effect"
dofile("other.lua")
-- Doc of a local.
local documented = 1
local function calls(list)
  for i, item in pairs(list) do visit(i, item) end
  for n = 1, 3 do visit(n, n) end
  handlers[1](list)
  (pick())(list)
  local early
  early = list
  use(early, Other.field)
  return make()()
end

--[[ Long
comment. ]]
local M <const> = {}
function M.sub.deep(a, ...) return select('#', ...) end
function M:method(self2) return self:other{ 1 } end
M.field = function(x) return x end
M["quoted"] = function() end
local handlers = { on = function(e) go(e) end, off = later, nested = { deep = function() end } }
local function recursive(n) return n == 0 and n or recursive(n - 1) end
local a, b = 1, function() end
setmetatable(M, { __index = function(t, k) return rawget(t, k) end })
goto done
::done::
global_one = 1
for k, v in pairs(t) do local function inner() end inner(k, v) end
return M
