our ($one, $two);
my $x = shift;
add $x, 1;
print "x";
