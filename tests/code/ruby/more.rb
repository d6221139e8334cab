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
