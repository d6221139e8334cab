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
