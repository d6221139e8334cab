# How to build.
CC ?= cc
SRC := $(wildcard *.c)
include config.mk

.PHONY: all clean

## Everything.
all: shapes

shapes: $(SRC)
	$(CC) -o $@ $^

%.o: %.c
	$(CC) -c $<

define greet
echo hello
endef

clean:
	rm -f shapes
