# What Ruby can do to a parser.
require 'json'
require_relative "lib/base"
load 'tasks.rb'

LIMIT = 16
$counter = 0

# Helpers for shapes.
module Shapes
  # A shape.
  # With corners.
  class Shape < Base::Parent
    include Comparable
    extend Forwardable
    attr_reader :name, :size
    attr_accessor :color

    SIDES = 4
    @@count = 0

    def initialize(name, size = LIMIT, *rest, key: 1, **opts, &block)
      super(name)
      @name = name
      register(self)
    end

    # Draws it.
    def draw(canvas)
      canvas.line(Point.new(1, 2))
      local = transform canvas
      items.map { |i| scale(i) }.each(&:visit)
      local&.run
      yield name
    end

    def <=>(other) = size <=> other.size
    def valid? = !name.empty?
    def name=(value)
      @name = value
    end

    def self.create(*args)
      new(*args)
    end

    class << self
      def build; Shape.new("x"); end
    end

    private

    def hidden
      draw(nil)
    end

    protected def half; end

    public

    def shown; end
  end

  class Error < StandardError; end
  Pair = Struct.new(:left, :right)
end

class Shapes::Circle < Shapes::Shape
  def area
    Math.sqrt(@size)
  end
end

def top_level(a, b)
  a + b
end

alias_method :other, :top_level
handler = ->(x) { visit(x) }
top_level 1, 2
