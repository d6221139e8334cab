(* What OCaml can do to a parser. *)
open Base
open! Stdlib.List
include Comparable

module M = Map.Make (String)

(** How often. *)
let limit = 16

exception Broken of string

type 'a shape =
  | Circle of float
  | Square of { side : float; label : 'a }

type point = { x : int; mutable y : int }

(** Adds two numbers. *)
let add a b = a + b

let rec walk visit = function
  | [] -> ()
  | x :: rest ->
      visit x;
      walk visit rest

and other x = walk print x

module Shapes = struct
  let area s = measure s *. Float.pi

  module Inner = struct
    let hidden () = area 1.0
  end
end

module type DRAWABLE = sig
  type t
  val draw : t -> canvas -> unit
end

module Make (D : DRAWABLE) = struct
  let draw_all items canvas = List.iter (fun i -> D.draw i canvas) items
end

class counter init = object (self)
  inherit Base.counter
  val mutable n = init
  method up = n <- n + 1; self#log n
  method private log x = print_int x
end

external now : unit -> float = "caml_now"

let () =
  let local = transform limit in
  add local 1 |> print_int;
  Shapes.Inner.hidden () |> ignore
