# About the module.
defmodule MoreTest do
  @typep small :: integer
  @type kind :: atom | String
  defmacrop hidden(x), do: x
  test "works" do
    assert hidden(@attribute)
  end
end

defmodule Deep.Nested.Mod do
  @moduledoc false
  use GenServer, restart: :transient
  alias Foo.{Bar, Baz}
  alias Foo.Long, as: L
  import Kernel, except: [if: 2]
  require Logger
  @behaviour Plug
  @timeout 5_000
  @type t :: %__MODULE__{a: integer}
  @typep hidden :: atom
  @callback handle(term) :: :ok
  @spec run(integer, keyword) :: t
  @doc """
  Runs.
  """
  @impl true
  def run(a, opts \\ [])
  def run(0, _), do: :zero
  def run(a, opts) when is_integer(a) and a > 0 do
    a |> step(opts) |> L.finish() |> then(&go/1)
  end
  defp step(a, _), do: a
  defmacro my_if(c, do: b) do
    quote do: unquote(c) && unquote(b)
  end
  defmacrop hidden_macro, do: nil
  defguard is_pos(x) when x > 0
  defdelegate size(x), to: Enum, as: :count
  defstruct [:a, b: 1]
  def valid?(%{x: x} = _map), do: x
  def unquote(name)(), do: 1
  defprotocol Sized do
    def size(x)
  end
  defimpl Sized, for: List do
    def size(x), do: length(x)
  end
  defmodule Inner do
    defexception message: "bad"
  end
end
