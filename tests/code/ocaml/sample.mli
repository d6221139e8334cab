(** The interface. *)
open Base

type t
(** How often. *)
val limit : int

val add : int -> int -> int
module Inner : sig
  val hidden : unit -> float
end
exception Broken of string
