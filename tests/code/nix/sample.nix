# A package.
{ pkgs, lib, ... }:
let
  version = "1.0";
  build = name: pkgs.mkDerivation { inherit name; };
in {
  shapes = build "shapes";
  meta.license = lib.licenses.mit;
}
