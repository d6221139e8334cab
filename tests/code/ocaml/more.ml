type wide = Deep.Module.t
module Typed : Deep.SIG = struct end
class type shape = object method area : float end
let classify = function
  | Some found -> (pick found) 1
  | None -> Deep.Fail
let outer (given : int) =
  let inner x = x + given in
  let (left, right) = split inner in
  use left right
