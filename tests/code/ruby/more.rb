autoload :Thing, "lib/thing"
class More < Struct.new(:a)
  include Deep::Module
  alias shorter longer
  def self.each
    for item in all
      visit(item)
    end
    first, second = split
    use first, second
    begin
      risky
    rescue Failure => problem
      report problem
    end
    table[0].call
    (one or two).go
    Deep::Constant
  end
end
it "works" do
  check
end

# frozen_string_literal: true
module Outer::Deep
  VERSION = "1.0".freeze
  A, B = 1, 2
  class << self
    attr_accessor :config
    def configure; yield config; end
    private
    def secret; end
  end
  def self.included(base) = base.extend(ClassMethods)
  private_constant :VERSION
  def []=(key, value); store(key, value); end
  def -@; negate; end
  def call(*, **, &); other(*, **, &); end
  alias_method :to_str, :to_s
  define_method(:dynamic) { |x| run(x) }
  delegate :name, :size, to: :owner
  scope :recent, -> { order(:time) }
  has_many :items, dependent: :destroy
  private def inline_private; end
  private

  attr_reader :hidden_reader
  def after_private; end
  protected
  def guarded; end
  Point = Struct.new(:x, :y) do
    def length = Math.sqrt(x)
  end
  rescue_from(Failure) { |e| report e }
end
Klass = Class.new(Base) { def made; end }
def (obj).singleton_of; end
def setter=(v); end
BEGIN { start }
describe "thing" do
  it "does" do
    expect(run).to eq(1)
  end
end
__END__
def not_code; end
