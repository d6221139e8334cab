%% What Erlang can do.
-module(shapes).
-behaviour(gen_server).
-export([add/2, draw/1]).
-include("shapes.hrl").
-import(lists, [map/2]).
-define(LIMIT, 16).
-define(TWICE(X), X * 2).
-record(shape, {name, size = 1}).
-type color() :: red | green.

%% @doc Adds two numbers.
-spec add(integer(), integer()) -> integer().
add(A, B) ->
    A + B.

draw(#shape{name = N}) ->
    line(N);
draw(nil) ->
    %% not the end.
    error.

line(N) -> io:format("~s.~n", [N]).
