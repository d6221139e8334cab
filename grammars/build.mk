# build.mk - grammars to shared objects, one each: OUT/KEY.so exports the one
# symbol tree_sitter_KEY. Called by the Makefile once their sources are there;
# what is not there is left out, and OUT/absent names it.
#
# CACHE  where fetch.sh put the sources
# OUT    where the shared objects go
# OBJ    where objects go

here := $(dir $(lastword $(MAKEFILE_LIST)))
# KEY:NAME:PACKAGE-DIRECTORY/SRC of every row, the package at the version
# locked.
rows := $(shell awk -F '[":, \t]+' -v cache="$(CACHE)" ' \
	FILENAME ~ /package.json$$/ { version[$$2] = $$3; next } \
	!/^\#/ { dir = $$2; gsub("/", "+", dir); \
		print $$1 ":" ($$4 ? $$4 : $$1) ":" dir "@" version[$$2] "/" $$3 }' \
	$(here)package.json $(here)sources)
row_key = $(firstword $(subst :, ,$(1)))
row_name = $(word 2,$(subst :, ,$(1)))
row_dir = $(CACHE)/$(lastword $(subst :, ,$(1)))
have := $(foreach r,$(rows),$(if $(wildcard $(call row_dir,$(r))/parser.c),$(r)))
# Built before, and the sources cleared away since: there all the same.
lack := $(foreach r,$(filter-out $(have),$(rows)),\
	$(if $(wildcard $(OUT)/$(call row_key,$(r)).so),,$(r)))

# A grammar is a table and a lexer: -O1 parses a tenth slower. Their warnings
# are not ours to mend. Old scanners do not mark what they export, so that a
# version script hides the rest and not -fvisibility; a scanner of one grammar
# must never be another's.
GFLAGS := -std=gnu11 -O2 -fPIC -w -ffunction-sections -fdata-sections
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $@)

.PHONY: all
all: $(foreach r,$(have),$(OUT)/$(call row_key,$(r)).so)
	@rm -f $(OUT)/absent
	$(if $(lack),@echo "$(foreach r,$(lack),$(call row_key,$(r)))" >$(OUT)/absent; \
		echo "without the grammars of" $(foreach r,$(lack),$(call row_key,$(r))))

define grammar_rule
$(OUT)/$(1).so: $(OBJ)/$(1)-parser.o $(if $(wildcard $(2)/scanner.c),$(OBJ)/$(1)-scanner.o)
	@mkdir -p $$(@D)
	$$(call say,LD)
	@printf '{ global: tree_sitter_$(1); local: *; };' >$(OBJ)/$(1).map
	$(Q)$$(CC) -shared -s -Wl,--gc-sections -Wl,-z,defs \
		-Wl,--version-script=$(OBJ)/$(1).map -o $$@.new $$^ && mv $$@.new $$@
$(OBJ)/$(1)-%.o: $(2)/%.c
	@mkdir -p $$(@D)
	$$(call say,CC)
	$(Q)$$(CC) $(GFLAGS) $(3) -I$(2) -c $$< -o $$@
endef
$(foreach r,$(have),$(eval $(call grammar_rule,$(call row_key,$(r)),$(call row_dir,$(r)),\
	-Dtree_sitter_$(call row_name,$(r))=tree_sitter_$(call row_key,$(r)))))
