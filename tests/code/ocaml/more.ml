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

(** Documented. *)
let rec even n = n = 0 || odd (n - 1)
and odd n = n <> 0 && even (n - 1)
let ( >>= ) m f = bind m f
let (a, b) = split ()
let { left; right = r } = pair
let _ = side_effect ()
let () = run ()
let labelled ~name ?(opt = 1) () = use name opt
type 'a t = { mutable v : 'a; f : 'a -> unit } and u = A of int * string | B of { x : int } | C : int -> u
type ext = ..
type ext += New of int
exception Bad of string
module type S = sig type t val make : int -> t module Sub : sig end end
module Make (X : S) (Y : S with type t = X.t) : S = struct include X let made = X.make 1 end
module Alias = Stdlib.List
module rec R1 : S = struct end and R2 : S = struct end
open! Printf
class virtual ['a] c (init : 'a) = object (self) inherit base val mutable x = init method get = x method private hide = self#get method virtual v : int end
class type ct = object method m : int end
external c_fun : int -> int = "c_fun"
let f = function Some x -> go x | None -> stop ()
let opened = let open M in inner
