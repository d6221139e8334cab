# What Elixir can do to a parser.
defmodule App.Shapes.Shape do
  @moduledoc """
  A shape.
  """
  use GenServer, restart: :temporary
  alias App.{Base, Canvas}
  alias App.Util, as: U
  import Enum, only: [map: 2]
  require Logger

  @limit 16
  @type t :: %__MODULE__{name: String.t()}
  @callback later(integer) :: :ok
  defstruct [:name, size: 1]

  @doc "Draws it."
  @spec draw(t, Canvas.t()) :: :ok
  def draw(%__MODULE__{} = shape, canvas) when is_map(canvas) do
    Canvas.line(canvas, point(1, 2))
    local = U.transform(canvas)
    shape.items |> map(&scale/1) |> Enum.each(fn i -> visit(i) end)
    Logger.info("x #{local}")
    GenServer.call(self(), {:draw, shape})
  end

  def draw(nil, _), do: :error

  defp point(x, y), do: {x, y, @limit}

  defmacro twice(expr) do
    quote do: unquote(expr)
  end

  defguard is_small(x) when x < 3
  defdelegate size(shape), to: Base

  @impl true
  def handle_call({:draw, s}, _from, state) do
    {:reply, draw(s, nil), state}
  end

  defmodule Inner do
    def hidden, do: App.Shapes.Shape.draw(nil, nil)
  end
end

defprotocol Drawable do
  def sides(x)
end

defimpl Drawable, for: App.Shapes.Shape do
  def sides(_), do: 4
end
