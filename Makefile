# Makefile - builds cmem, installs it, checks it. `make help` lists targets.

PREFIX  ?= $(HOME)/.local
CC      ?= cc
MUSL_CC ?= $(shell command -v musl-gcc 2>/dev/null || echo "$(CC)")
SQLITE  ?= bundled
SAN     ?=
CACHE   ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/cmem-build
B       := build$(if $(SAN),/san)

WARN := -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wwrite-strings \
	-Wundef -Wvla -Wformat=2 -Wimplicit-fallthrough -Werror
OPT  := -O2 -g -fno-strict-aliasing -fstack-protector-strong
# A comma inside a function call has to come from a variable.
, := ,
SANF := $(if $(SAN),-fsanitize=address$(,)undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer)
INC  := -Ilib -I. -I$(B)/gen
CFLAGS_ALL = $(WARN) $(OPT) $(SANF) $(INC) -MMD -MP $(CFLAGS)
LDFLAGS_ALL = $(SANF) $(LDFLAGS)
CJSON_LIBS := -lcjson
# What terminals understand: of ncurses the part below curses, as an archive
# where there is one, so that no other command loads it at its start.
TINFO_LIBS ?= $(if $(filter /%,$(shell $(CC) -print-file-name=libtinfo.a)),-l:libtinfo.a,-ltinfo)

ifeq ($(SQLITE),bundled)
SQLITE_O   := build/sqlite3.o
SQLITE_INC := -I$(CACHE)/sqlite
SQLITE_LIBS := -lm -lpthread
else
SQLITE_LIBS := -lsqlite3 -lm -lpthread
endif

# One line a step; V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $@)

LIBS  := base embed wire agent code store search compress ops mcp
lib_src = $(wildcard lib/$(1)/*.c)
lib_obj = $(patsubst %.c,$(B)/%.o,$(call lib_src,$(1)))
ARCH  := $(foreach l,$(LIBS),$(B)/lib$(l).a)

GEN     := $(B)/gen/schema_sql.h $(patsubst lib/compress/prompts/%,\
	$(B)/gen/%.h,$(wildcard lib/compress/prompts/*)) \
	$(B)/gen/code_queries.h $(B)/gen/viewer.h
# cmemd is the worker; cmem is the terminal program.
WORKER_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard worker/*.c))
CLI_OBJ    := $(patsubst %.c,$(B)/%.o,$(wildcard cli/*.c cli/browse/*.c))
# worker/ without its main, for unit tests.
WORKER_LIB := $(filter-out $(B)/worker/main.o,$(WORKER_OBJ))
CLI_LIB    := $(filter-out $(B)/cli/main.o,$(CLI_OBJ))
TEST_OBJ   := $(patsubst %.c,$(B)/%.o,$(wildcard tests/unit/*.c))

HOOKS   := session-start user-prompt post-tool-use stop session-end pre-compact
HOOK_BIN := $(HOOKS:%=build/bin/cmem-hook-%)
# Hooks are static and small: their own objects, libc only. One segment for
# code and constants, and none set apart for relocations a static program has
# not, is three page faults less; see base/clock.c for the define.
HOOK_SRC := hooks/hook.c lib/wire/frame.c lib/wire/conn.c lib/wire/start.c \
	lib/wire/spool.c lib/wire/crc.c \
	lib/base/err.c lib/base/str.c lib/base/buf.c lib/base/paths.c \
	lib/base/file.c lib/base/clock.c
HOOK_OBJ := $(patsubst %.c,build/hook/%.o,$(HOOK_SRC))
HOOK_CFLAGS := $(WARN) -Os -ffunction-sections -fdata-sections -fno-pie \
	-fno-asynchronous-unwind-tables -DCMEM_CLOCK_SYSCALL -Ilib -I. -MMD -MP \
	$(CFLAGS)
HOOK_LDFLAGS := -static -no-pie -s -Wl,--gc-sections -Wl,-z,noseparate-code \
	-Wl,-z,norelro

PROGRAMS := $(B)/bin/cmem $(B)/bin/cmemd
DEPS_OK  := build/.build-deps
# The embedder's weights; MODEL=no builds without them.
MODEL_OUT := $(B)/lib/cmem/minilm.cmem
# What parses code: tree-sitter in the programs, a shared object for each
# grammar beside them; GRAMMARS=no builds without them.
SITTER   := $(CACHE)/grammars/tree-sitter@$(shell sed -n \
	's/^ *"tree-sitter": "\(.*\)".*/\1/p' grammars/package.json)
SITTER   := $(SITTER)/vendor/tree-sitter/lib
SITTER_O := build/tree-sitter.o
# What parses HTTP requests: sources of Debian's package node-llhttp.
LLHTTP   ?= /usr/share
LLHTTP_O := $(patsubst %,build/llhttp/%.o,llhttp api http)
GRAMMARS_OUT := build/lib/cmem/grammars

.SECONDARY:
.PHONY: all install uninstall check check-unit check-system check-client check-peers fmt \
	lint clean help grammars bench-hook bench-prompt bench-search bench-browse bench-embed bench-code bench-doors \
	dist fuzz oracle golden-code mutate-code
all: $(PROGRAMS) $(HOOK_BIN) build/share $(MODEL_OUT) grammars

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

# --- generated headers ----------------------------------------------------
$(B)/gen/schema_sql.h: schema.sql lib/embed.sh
	@mkdir -p $(@D)
	$(Q)sh lib/embed.sh schema_sql < $< > $@
$(B)/gen/%.h: lib/compress/prompts/% lib/embed.sh
	@mkdir -p $(@D)
	$(Q)sh lib/embed.sh $(subst .,_,$*) < $< > $@

$(B)/gen/code_queries.h: grammars/queries.sh $(wildcard grammars/queries/*)
	@mkdir -p $(@D)
	$(Q)sh grammars/queries.sh grammars/queries > $@

# What the worker serves to a browser, as it stands in viewer/.
VIEWER := $(sort $(wildcard viewer/*.html viewer/*.css viewer/*.js viewer/*.svg))
$(B)/gen/viewer.h: $(VIEWER) lib/embed-dir.sh lib/embed.sh
	@mkdir -p $(@D)
	$(Q)sh lib/embed-dir.sh $(VIEWER) > $@

# What older versions made, for the tests of migration.
$(B)/gen/schema_v%.h: tests/schema/v%.sql lib/embed.sh
	@mkdir -p $(@D)
	$(Q)sh lib/embed.sh schema_v$* < $< > $@
$(B)/tests/unit/store_test.o: | $(B)/gen/schema_v1.h $(B)/gen/schema_v2.h \
	$(B)/gen/schema_v3.h

# --- SQLite: fetched by name, version and integrity ------------------------
$(CACHE)/sqlite/sqlite3.c: lib/packages.lock lib/fetch-package.sh
	sh lib/fetch-package.sh sqlite $(CACHE)/sqlite \
		package/deps/sqlite3/sqlite3.c package/deps/sqlite3/sqlite3.h
	@touch $@
build/sqlite3.o: $(CACHE)/sqlite/sqlite3.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) -O2 -g -w -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_MATH_FUNCTIONS \
		-DSQLITE_ENABLE_STAT4 -DSQLITE_ENABLE_DBSTAT_VTAB -DSQLITE_DQS=0 \
		-DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_DEFAULT_WAL_SYNCHRONOUS=1 \
		-DSQLITE_LIKE_DOESNT_MATCH_BLOBS -DSQLITE_OMIT_DEPRECATED \
		-DSQLITE_OMIT_SHARED_CACHE -DSQLITE_OMIT_LOAD_EXTENSION \
		-DSQLITE_MAX_MMAP_SIZE=0x1000000000 -DSQLITE_THREADSAFE=2 -c $< -o $@

# --- the embedder's weights: fetched likewise, packed once ------------------
# What another processor computes must be the same bytes: no fusing by itself.
$(B)/lib/embed/%.o: OPT += -ffp-contract=off
$(B)/lib/embed/pack-model: $(B)/lib/embed/tool/pack-model.o $(B)/libembed.a \
		$(B)/libbase.a
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ -lm $(CJSON_LIBS)
# Not made anew when the packer's time stamp says so: the script looks at the
# content. Without weights it leaves a note, and is asked again next time.
$(MODEL_OUT): $(B)/lib/embed/pack-model lib/embed/model.sh lib/packages.lock
	$(Q)MODEL=$(MODEL) sh lib/embed/model.sh $(CACHE)/minilm $< $@

# --- tree-sitter and its grammars: fetched likewise --------------------------
# Without the sources there is no stamp: they are asked for again next time.
build/grammars/fetched: grammars/package.json grammars/package-lock.json \
		grammars/sources grammars/fetch.sh
	@mkdir -p $(@D)
	$(Q)GRAMMARS=$(GRAMMARS) sh grammars/fetch.sh $(CACHE)/grammars \
		$(GRAMMARS_OUT)
	@test -e $(GRAMMARS_OUT)/absent || touch $@
# Empty where tree-sitter could not be had; lib/code looks for its header.
$(SITTER_O): build/grammars/fetched
	$(call say,CC)
	$(Q)if [ -e $(SITTER)/src/lib.c ] && [ "$(GRAMMARS)" != no ]; then \
		$(CC) -std=gnu11 -D_GNU_SOURCE -O2 -g -w -I$(SITTER)/include \
			-I$(SITTER)/src -c $(SITTER)/src/lib.c -o $@; \
	else $(CC) -w -x c -c /dev/null -o $@; fi
# As strict as it can be: what it refuses nobody can smuggle.
build/llhttp/%.o: $(LLHTTP)/llhttp/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) -O2 -g -w -DLLHTTP_STRICT_MODE=1 \
		-I$(LLHTTP)/include/llhttp -c $< -o $@
$(LLHTTP)/llhttp/%.c:
	@echo "no $@: install Debian's node-llhttp, or say where it is with" \
		"LLHTTP=" >&2; exit 1
# One for all builds: a grammar under the sanitizers is the same grammar.
grammars: build/grammars/fetched
	$(Q)test ! -e build/grammars/fetched || $(MAKE) --no-print-directory \
		-f grammars/build.mk CACHE=$(CACHE)/grammars \
		OUT=$(GRAMMARS_OUT) OBJ=build/grammars
	@mkdir -p $(B)/lib/cmem
	@test -e $(B)/lib/cmem/grammars || \
		ln -sfn $(CURDIR)/$(GRAMMARS_OUT) $(B)/lib/cmem/grammars

# --- objects, archives, programs -------------------------------------------
$(B)/lib/store/%.o: INC += $(SQLITE_INC)
$(B)/tests/%.o: INC += -Itests/unit -Itests $(SQLITE_INC)
# As a system's header: its style is not ours.
$(B)/lib/code/%.o $(B)/tests/%.o: INC += $(if $(filter no,$(GRAMMARS)),,-isystem $(SITTER)/include)
$(call lib_obj,code): $(SITTER_O)
$(B)/worker/http_conn.o: INC += -isystem $(LLHTTP)/include
$(B)/worker/http_conn.o: $(LLHTTP_O)
$(B)/%.o: %.c | $(GEN) $(filter build/sqlite3.o,$(SQLITE_O))
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS_ALL) -c $< -o $@

define archive_rule
$(B)/lib$(1).a: $(call lib_obj,$(1))
	@rm -f $$@
	$$(call say,AR)
	$(Q)ar rcs $$@ $$^
endef
$(foreach l,$(LIBS),$(eval $(call archive_rule,$(l))))

# The order is the architecture: each may use what stands behind it.
LINK_ORDER := $(B)/libmcp.a $(B)/libops.a $(B)/libsearch.a \
	$(B)/libcompress.a $(B)/libstore.a $(B)/libagent.a $(B)/libwire.a \
	$(B)/libembed.a $(B)/libcode.a $(SITTER_O) $(B)/libbase.a

$(B)/bin/cmem: $(CLI_OBJ) $(LINK_ORDER) $(SQLITE_O)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(SQLITE_LIBS) $(CJSON_LIBS) \
		$(TINFO_LIBS) -ldl
$(B)/bin/cmemd: $(WORKER_OBJ) $(LINK_ORDER) $(SQLITE_O) $(LLHTTP_O)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(SQLITE_LIBS) $(CJSON_LIBS) -luv -ldl \
		-lpthread

build/hook/%.o: %.c
	@mkdir -p $(@D)
	$(call say,MUSL)
	$(Q)$(MUSL_CC) $(HOOK_CFLAGS) -c $< -o $@
build/bin/cmem-hook-%: build/hook/hooks/%.o $(HOOK_OBJ)
	@mkdir -p $(@D)
	$(call say,MUSL)
	$(Q)$(MUSL_CC) $(HOOK_LDFLAGS) -o $@ $^

# A plugin tree beside bin/, so that build/ is laid out as an installed PREFIX.
build/share: $(wildcard plugin/* plugin/*/* plugin/.[a-z]* plugin/.[a-z]*/*) docs/cmem.1 $(PROGRAMS)
	@rm -rf build/share
	$(Q)sh plugin/stage.sh plugin build
	@touch build/share

# --- tests ------------------------------------------------------------------
$(B)/tests/unit-tests: $(TEST_OBJ) $(WORKER_LIB) $(CLI_LIB) $(LINK_ORDER) \
		$(SQLITE_O) $(LLHTTP_O) | $(MODEL_OUT) grammars
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(SQLITE_LIBS) $(CJSON_LIBS) -luv \
		$(TINFO_LIBS) -ldl -lpthread

# Programs that tests use, and that whoever works on cmem does.
TEST_TOOLS := build/tests/tools/fake-worker build/tests/tools/crash \
	build/tests/tools/embed build/tests/tools/older build/tests/tools/code
$(B)/tests/tools/%: $(B)/tests/tools/%.o $(LINK_ORDER) $(SQLITE_O)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(SQLITE_LIBS) $(CJSON_LIBS) -ldl
build/bench/empty: bench/empty.c
	@mkdir -p $(@D)
	$(call say,MUSL)
	$(Q)$(MUSL_CC) $(HOOK_CFLAGS) $(HOOK_LDFLAGS) -o $@ $<
build/bench/spawn: build/bench/spawn.o build/libbase.a
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^

build/bench/search-%: build/bench/search-%.o build/bench/corpus.o $(LINK_ORDER) \
		$(SQLITE_O)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(SQLITE_LIBS) $(CJSON_LIBS)

build/bench/doors-run: build/bench/doors-run.o build/bench/corpus.o \
		$(LINK_ORDER) $(SQLITE_O)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(SQLITE_LIBS) $(CJSON_LIBS) -ldl

build/bench/code-run: build/bench/code-run.o $(LINK_ORDER) $(SQLITE_O)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(SQLITE_LIBS) $(CJSON_LIBS) -ldl

$(DEPS_OK): lib/build-deps.sh
	@mkdir -p $(@D)
	@sh lib/build-deps.sh $(if $(filter install,$(MAKECMDGOALS)),build,check)
	@touch $@

## make                  build into build/
## make install          install packages if it may, build, install, register
install: $(DEPS_OK)
	@rm -f $(MODEL_OUT).absent
	@$(MAKE) --no-print-directory all
	@sh lib/install.sh build "$(DESTDIR)$(PREFIX)"
	@"$(DESTDIR)$(PREFIX)/bin/cmem" install

## make uninstall        take the hooks out and remove the programs
uninstall:
	@sh lib/install.sh --remove "$(DESTDIR)$(PREFIX)"

## make check            every test but those that need the real client
check: $(DEPS_OK)
	@$(MAKE) --no-print-directory all $(TEST_TOOLS)
	@$(MAKE) --no-print-directory SAN=1 build/san/tests/unit-tests \
		build/san/bin/cmem build/san/bin/cmemd
	@sh tests/run.sh

## make check-unit       unit tests under the sanitizers: make check-unit T=frame
check-unit:
	@$(MAKE) --no-print-directory SAN=1 build/san/tests/unit-tests
	build/san/tests/unit-tests $(T)

## make check-system     system tests: make check-system T=0100
check-system: all $(TEST_TOOLS)
	@sh tests/run.sh --system $(T)

## make check-client     the real Claude Code client (fetches 174 MB)
check-client: all
	@sh tests/client/run.sh

## make check-peers      programs of other projects (npm fetches some 30 MB)
check-peers: all
	@sh tests/peers/run.sh

## make bench-hook       the hook's cost beside an empty program's
bench-hook: all build/bench/empty build/bench/spawn build/tests/tools/fake-worker
	@sh bench/hook.sh

## make bench-prompt     what a prompt costs with the slot on
bench-prompt: all build/bench/empty build/bench/spawn build/bench/search-fill
	@sh bench/prompt.sh

## make bench-search     the search with many memories, beside its floor
bench-search: all build/bench/empty build/bench/search-fill \
		build/bench/search-run
	@sh bench/search.sh

## make bench-browse     what cmem browse lets one wait for
bench-browse: all build/bench/search-fill
	@sh bench/browse.sh

## make bench-embed      the embedder beside an independent runtime
bench-embed: all build/tests/tools/embed
	@sh bench/embed.sh $(CACHE)

## make bench-code       the code index's figures: PART=tree..., TREE=, LINUX=
bench-code: all build/bench/code-run build/bench/empty build/bench/spawn
	@TREE=$(TREE) LINUX=$(LINUX) sh bench/code.sh $(CACHE) $(PART) \
		$(if $(LINUX),$(if $(PART),,tree event languages oracles ctags linux))

## make bench-doors      a search through the socket, HTTP and MCP
bench-doors: all build/bench/search-fill build/bench/doors-run
	@sh bench/doors.sh

## make fuzz F=spool    one fuzzer of tests/fuzz under libFuzzer (clang), S=60 s
S ?= 60
$(B)/fuzz-%: $(B)/tests/fuzz/%.o $(WORKER_LIB) $(CLI_LIB) $(LINK_ORDER) \
		$(SQLITE_O) $(LLHTTP_O)
	$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $^ $(SQLITE_LIBS) \
		$(CJSON_LIBS) -luv $(TINFO_LIBS) -ldl -lpthread
fuzz:
	@$(MAKE) --no-print-directory SAN=1 CC=clang B=build/fuzz \
		CFLAGS=-fsanitize=fuzzer-no-link build/fuzz/fuzz-$(F)
	@mkdir -p build/fuzz/corpus-$(F)
	build/fuzz/fuzz-$(F) -max_total_time=$(S) build/fuzz/corpus-$(F)

## make golden-code     what lib/code finds in tests/code, to be read in the diff
golden-code: build/tests/tools/code grammars
	@for d in tests/code/*/; do \
		files=$$(LC_ALL=C ls "$$d" | grep -v '^expect.txt$$' | \
			sed "s,^,$$d,"); \
		CMEM_GRAMMARS=$(GRAMMARS_OUT) build/tests/tools/code $$files \
			>"$${d}expect.txt" || exit 1; \
	done; git --no-pager diff --stat -- tests/code

## make mutate-code     every line of every query is missed by a sample
mutate-code: build/tests/tools/code grammars
	@sh tests/code-mutate.sh

## make oracle           new golden vectors of the embedder (fetches 200 MB)
oracle:
	@dir=$$(sh tests/embed/fetch.sh $(CACHE)) && \
		node tests/embed/golden.mjs "$$dir" && \
		git --no-pager diff --stat -- tests/embed

## make lint             includes against the layers, formatting of names
lint:
	@sh tests/lint.sh

## make fmt              clang-format over the tree
fmt:
	clang-format -i $$(git ls-files '*.c' '*.h')

## make clean            remove build/
clean:
	rm -rf build

-include $(shell find build -name '*.d' -type f 2>/dev/null)
