# About the module.
defmodule MoreTest do
  @typep small :: integer
  @type kind :: atom | String
  defmacrop hidden(x), do: x
  test "works" do
    assert hidden(@attribute)
  end
end
