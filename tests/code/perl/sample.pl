#!/usr/bin/perl
package Shapes::Shape;
use strict;
use parent 'Base';
use List::Util qw(sum max);
require Other::Module;

our $VERSION = '1.0';
use constant LIMIT => 16;

# Adds two numbers.
sub add {
    my ($x, $y) = @_;
    return $x + $y;
}

sub draw {
    my $self = shift;
    $self->line(add(1, 2));
    Shapes::Point->new(1);
    return sub { visit($_[0]) };
}

package Shapes::Circle {
    sub area { my $r = shift; return sqrt($r); }
}

1;
