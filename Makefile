# Parallax: the only entry point.  `make help` lists the targets.
#
# make VARIANT=asan check   runs one variant; each builds in build/<variant>/,
#                           so none disturbs another
# make CC=gcc               chooses the compiler (default: the best one found)
# make BUILD=build/x …      builds elsewhere, for two compilers side by side
# make V=1                  shows whole commands
#
# A target that needs another variant calls make once more, and so does `check`
# after installing what it needs; apart from that there is no recursion, and no state beside the files in build/.

VARIANT ?= release
BUILD   ?= build/$(VARIANT)
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := all

V ?= 0
say = $(if $(filter 0,$(V)),@printf '  %-5s %s\n' $(1) $(2) &&)

# ---- Tools ----------------------------------------------------------------

have = $(shell command -v $(1) 2>/dev/null)

# Tail-called handlers are best under clang 19; gcc is always good enough.
ifeq ($(origin CC),default)
CC := $(if $(call have,clang-19),clang-19,$(if $(call have,gcc),gcc,cc))
endif
LD      ?= ld
OBJCOPY ?= objcopy
PYTHON  ?= python3
CC_VERSION := $(shell $(CC) --version 2>/dev/null | head -n 1)
CC_IS      := $(if $(findstring clang,$(CC_VERSION)),clang,gcc)
$(if $(CC_VERSION),,$(if $(filter clean help deps,$(MAKECMDGOALS)),,$(error no C compiler: '$(CC)' does not run)))

# ---- Variants -------------------------------------------------------------

# What each hardening flag costs is in docs/decisions/0007-release-flags.md.
HARDEN := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection

SANITIZE := -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all \
            -fno-omit-frame-pointer

CFLAGS_release  := -O2 -DNDEBUG -DLUA_ASSERT=0 $(HARDEN)
CFLAGS_debug    := -Og -DLUA_ASSERT=1
# Small buffers, so that the suite overflows them.
CFLAGS_internal := -O1 -DLUA_ASSERT=1 -DLUA_INTERNAL=1 -DLUAL_BUFFERSIZE=27
CFLAGS_asan     := -O1 -DLUA_ASSERT=1 $(SANITIZE)
CFLAGS_gcstress := -O1 -DLUA_ASSERT=1 -DSTRESS_GC=1 -DSTRESS_STACK=1
CFLAGS_coverage := -O0 -DLUA_ASSERT=1 --coverage
CFLAGS_fuzz     := -O1 -DLUA_ASSERT=1 -fsanitize=fuzzer-no-link $(SANITIZE)
VARIANTS := release debug internal asan gcstress coverage fuzz
$(if $(filter $(VARIANT),$(VARIANTS)),,$(error unknown VARIANT '$(VARIANT)': one of $(VARIANTS)))

# The handlers have two forms (vm/exec.c): `tail` needs an optimiser that turns
# sibling calls into jumps, `goto` works at every level and under every checker.
DISPATCH ?= auto
DISPATCH_auto := $(if $(filter release,$(VARIANT)),tail,goto)
DISPATCH_FORM := $(if $(filter auto,$(DISPATCH)),$(DISPATCH_auto),$(DISPATCH))
$(if $(filter tail goto,$(DISPATCH_FORM)),,$(error unknown DISPATCH '$(DISPATCH)': auto, tail or goto))
DISPATCH_FLAGS := -DDISPATCH_TAIL=$(if $(filter tail,$(DISPATCH_FORM)),1,0)

# Line editing in `lua`, when stdin is a terminal.
HASH := \#
has_header = $(shell echo '$(HASH)include <$(1)>' | $(CC) -E - >/dev/null 2>&1 && echo yes)
REPL ?= $(if $(call has_header,readline/readline.h),readline,none)
REPL_FLAGS_readline := -DREPL_EDITOR=1
REPL_FLAGS_edit     := -DREPL_EDITOR=2
REPL_FLAGS_none     := -DREPL_EDITOR=0
REPL_LIBS_readline  := -lreadline
REPL_LIBS_edit      := -ledit
REPL_LIBS_none      :=
REPL_CHOICE := $(REPL)
$(if $(filter readline edit none,$(REPL_CHOICE)),,$(error unknown REPL '$(REPL)': readline, edit or none))

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef \
        -Wwrite-strings -Wimplicit-fallthrough
# DWARF 4: Debian 12's valgrind cannot read what clang 19 writes by default.
BASE := -std=gnu11 -g -gdwarf-4 -fPIC -fno-common -fvisibility=hidden -ffp-contract=off $(WARN)
CFLAGS := $(BASE) $(CFLAGS_$(VARIANT)) $(DISPATCH_FLAGS) $(EXTRA_CFLAGS)

# clang merges the jumps that goto dispatch duplicates on purpose, unless told.
ifeq ($(CC_IS)-$(DISPATCH_FORM)-$(VARIANT),clang-goto-release)
EXEC_FLAGS := -mllvm -tail-dup-pred-size=5000
endif

# Debian's library needs libm, libdl and libc, in this order, used or not.  Since
# glibc 2.34 -ldl is an empty archive; the library remains under its full name.
LIBDL   := $(if $(findstring /,$(shell $(CC) -print-file-name=libdl.so.2)),-l:libdl.so.2,-ldl)
LIBS    := -Wl,--push-state,--no-as-needed -lm $(LIBDL) -Wl,--pop-state
LDFLAGS := -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack $(EXTRA_LDFLAGS)
DEFS    := $(if $(filter asan fuzz coverage,$(VARIANT)),,-Wl,-z,defs)

# ---- What there is --------------------------------------------------------

LIB_SRC  := $(sort $(filter-out src/bin/% src/testlib/%,$(wildcard src/*/*.c)))
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/%.o)
# The T library sees internals: the program that has it links objects, not the archive.
T_OBJ    := $(if $(filter internal,$(VARIANT)),$(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard src/testlib/*.c))))
LUA_LIB   = $(if $(T_OBJ),$(T_OBJ) $(LIB_OBJ) $(BUILD)/sources,$(BUILD)/liblua5.1.a)
LUA_OBJ  := $(patsubst %,$(BUILD)/src/bin/%.o,lua repl runner host$(if $(T_OBJ),_internal))
LUAC_OBJ := $(BUILD)/src/bin/luac.o
HARNESS  := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/support/*.c)))
UNIT     := $(patsubst %.c,$(BUILD)/%,$(sort $(filter-out $(if $(T_OBJ),,tests/unit/test_t_%),$(wildcard tests/unit/test_*.c))))
FUZZERS  := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
SCRIPT_TESTS := $(sort $(wildcard tests/scripts/test-*))
AMALG_vm  := $(filter-out src/auxlib/% src/lib/%,$(LIB_SRC))
AMALG_lib := $(filter src/auxlib/% src/lib/%,$(LIB_SRC))
AMALG_INCLUDES_vm  := -Isrc -Isrc/include
# Which names the C library shows is decided by the first file of the unit.
AMALG_INCLUDES_lib := -Isrc/include -Isrc/lib -D_GNU_SOURCE=
AMALG    := $(BUILD)/amalg/vm.c $(BUILD)/amalg/lib.c
ORACLE_SRC  := $(sort $(wildcard oracle/*/*.c))
# The program is called oracle, so its objects cannot lie in a folder of that name.
ORACLE_OBJ  := $(ORACLE_SRC:oracle/%.c=$(BUILD)/tool/%.o)
EXAMPLES := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/api/examples/*.c)))
ORACLE_TESTS := $(sort $(filter-out %.c,$(wildcard tests/oracle/test-*)))
ORACLE_UNIT := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/oracle/test_*.c)))
MEMCHECK := valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
            --child-silent-after-fork=yes --suppressions=tests/oracle/valgrind.supp
# Under valgrind /proc/self/exe is valgrind.
STARTS_ITSELF := %/test_slot %/test_driver
# The tester may use what a well-kept library does better; src/ may not.
ORACLE_LIBS := -lpcre2-8 -ljansson -lsqlite3 -ldl -lm
ORACLE_NEEDS := pcre2.h=libpcre2-dev jansson.h=libjansson-dev sqlite3.h=libsqlite3-dev xxhash.h=libxxhash-dev
RUNTIME  := $(BUILD)/lua $(BUILD)/luac $(BUILD)/liblua5.1.so.0 $(BUILD)/liblua5.1.a
PROGRAMS := $(RUNTIME) $(BUILD)/oracle $(BUILD)/oracle.1 $(BUILD)/oracle.bash

# The interpreter with the library T, whatever variant is being made.
INTERNAL_LUA := $(if $(T_OBJ),$(BUILD),build/internal)/lua

# Files that see the public headers only: an internal include does not resolve.
PUBLIC_ONLY := src/auxlib/% src/lib/% tests/api/examples/% $(patsubst %,src/bin/%.c,lua repl runner host) \
               src/testlib/t_capi.c src/testlib/t_client.c tests/fuzz/%
includes = $(if $(filter oracle/% tests/oracle/%,$(1)),-D_GNU_SOURCE -Ioracle -Isrc/include -Itests,$(includes_vm))
includes_vm = $(if $(filter $(PUBLIC_ONLY),$(1)),-Isrc/include -Isrc/lib,-Isrc -Isrc/include) \
           $(if $(filter tests/%,$(1)),-Itests)

##@ Build
all: $(PROGRAMS) ## lua, luac, liblua5.1.so.0, liblua5.1.a and oracle of this VARIANT
lua: $(BUILD)/lua ## the interpreter
luac: $(BUILD)/luac ## the compiler
lib: $(BUILD)/liblua5.1.so.0 $(BUILD)/liblua5.1.a ## the libraries
runtime: $(RUNTIME) ## all of these but the oracle, which alone needs other libraries
oracle: $(BUILD)/oracle ## the differential tester

##@ Check
# Two programs or libraries in modes of oracle.lua, with what is known about this VARIANT.
DIFF := $(BUILD)/oracle diff --config oracle.lua --build $(VARIANT) --quiet
# One command a part; each ends with "N passed, N failed, N skipped", which
# scripts/check adds up.  A part whose script is missing fails.
PART_layers   = scripts/check-layers
PART_links    = scripts/check-links $(BUILD)
PART_headers  = CC=$(CC) scripts/check-headers
PART_amalg    = $(foreach u,$(AMALG),$(CC) $(CFLAGS) $(AMALG_INCLUDES_$(basename $(notdir $(u)))) -Werror -fsyntax-only $(u) && ) \
                echo amalg: $(words $(AMALG)) passed, 0 failed, 0 skipped
PART_names    = scripts/check-names $(BUILD)
PART_abi      = CC=$(CC) scripts/check-abi $(BUILD)
PART_api      = CC=$(CC) scripts/check-api $(BUILD)
PART_tests    = scripts/check-tests
PART_scripts  = scripts/run-script-tests $(SCRIPT_TESTS)
PART_unit     = scripts/run-unit $(UNIT)
PART_examples = scripts/check-examples docs/embedding.md $(EXAMPLES)
# The library in one process as well, unless its build counts for itself or is not that of lua5.1; under
# gcstress without what is slow on purpose.
PART_corpus   = scripts/check "programs=$(DIFF) --mode $(if $(filter gcstress,$(VARIANT)),exec,programs) lua5.1 $(BUILD)/lua" \
                $(if $(filter release debug asan gcstress,$(VARIANT)),"libraries=$(DIFF) --mode inproc liblua5.1.so.0 $(BUILD)/liblua5.1.so.0")
PART_suite    = scripts/with-suite $(DIFF) --mode suite:portable lua5.1 $(BUILD)/lua
PART_testlib  = scripts/check-testlib $(BUILD) $(if $(T_OBJ),yes,no)
PART_internal = scripts/run-internal $(INTERNAL_LUA)
PART_suite-internal = scripts/with-suite $(DIFF) --build internal --mode suite:internal,suite:internal+rt lua5.1 $(INTERNAL_LUA)
PART_bytecode = scripts/with-suite scripts/check-bytecode --quick $(BUILD)/luac
PART_gdb      = scripts/check-gdb --quick $(BUILD)
PART_oracle   = scripts/check "unit=scripts/run-unit $(ORACLE_UNIT)" \
                "command=BUILD=$(abspath $(BUILD)) scripts/run-script-tests --no-lint $(ORACLE_TESTS)"
PART_selftest = $(BUILD)/oracle selftest --quick
PART_page     = scripts/check-page $(BUILD)/tests/oracle/test_report_html
# Variant internal generates code as the suite's code.lua wants it, which is not luac5.1's, its buffers
# are small, and with T the suite's files say more than on lua5.1.
CHECK_PARTS  := layers links headers amalg names $(if $(T_OBJ),,abi) api testlib tests scripts unit oracle examples corpus internal suite-internal $(if $(T_OBJ),,suite bytecode) $(if $(filter release,$(VARIANT)),selftest) \
                $(if $(filter release debug,$(VARIANT)),gdb) \
                $(if $(call have,chromium),page)

check: ## everything a commit must pass, in one VARIANT (minutes); installs what it needs
	@scripts/install-deps
	@$(MAKE) check-parts
check-parts: $(PROGRAMS) $(AMALG) $(UNIT) $(ORACLE_UNIT) $(EXAMPLES) $(INTERNAL_LUA)
	@CC='$(CC)' BUILD='$(BUILD)' VARIANT='$(VARIANT)' scripts/check $(foreach p,$(CHECK_PARTS),'$(p)=$(PART_$(p))')
layers: ## includes go downward only (src/LAYERS)
	$(PART_layers)
links: $(LIB_OBJ) $(LUA_OBJ) $(LUAC_OBJ) ## so do symbols, and the only module cycle is the knot
	$(PART_links)
headers: ## each header compiles alone, the public ones in C89, C99, C11 and C++
	$(PART_headers)
amalg: $(AMALG) ## the VM as one translation unit, the libraries as another: statics are unique
	@$(PART_amalg)
names: $(RUNTIME) ## exported names are the 124 of tests/abi/symbols.txt, in every built file
	$(PART_names)
abi: $(RUNTIME) ## library and headers keep the contract of the installed reference's
	$(PART_abi)
api: $(RUNTIME) ## programs on the public API, compiled once, behave alike on both libraries
	$(PART_api)
testlib: $(RUNTIME) ## the library T is in the lua of variant internal, and nowhere else
	$(PART_testlib)
tests: ## each module has a unit test, each test a module
	$(PART_tests)
scripts: $(PROGRAMS) ## the scripts' own tests
	CC='$(CC)' BUILD='$(BUILD)' VARIANT='$(VARIANT)' $(PART_scripts)
oracle-unit: $(ORACLE_UNIT) $(PROGRAMS) ## cmocka unit tests of the oracle, and tests of its command
	$(PART_oracle)
oracle-valgrind: $(ORACLE_UNIT) ## the same under valgrind's memcheck
	UNIT_SECONDS=600 UNIT_UNDER='$(MEMCHECK)' scripts/run-unit $(filter-out $(STARTS_ITSELF),$(ORACLE_UNIT))
selftest: $(PROGRAMS) ## bugs planted in the VM, faults in the oracle's own path: each is reported as what it is
	$(BUILD)/oracle selftest
selftest-quick: $(PROGRAMS) ## what of it takes less than a minute
	$(PART_selftest)
oracle-engines: ## each case of the corpus gets the same verdict in one process and in many (minutes)
	@$(MAKE) VARIANT=release BUILD=$(dir $(BUILD))release all
	scripts/engines $(dir $(BUILD))release
examples: $(EXAMPLES) ## the programs of docs/embedding.md are there as shown, and say what it says
	$(PART_examples)
unit: $(UNIT) ## cmocka unit tests
	$(PART_unit)
corpus: $(RUNTIME) $(BUILD)/oracle ## the cases of oracle/corpus against lua5.1
	$(PART_corpus)
page: $(BUILD)/tests/oracle/test_report_html ## the oracle's HTML report in headless chromium, at two widths
	$(PART_page)
suite-files: ## fetch the PUC-Rio suite's files from Debian's package
	scripts/suite-files
suite-quick: $(BUILD)/lua $(BUILD)/oracle ## the PUC-Rio suite with this VARIANT's lua, each file and the whole, against lua5.1
	$(PART_suite)
suite-internal: $(INTERNAL_LUA) $(BUILD)/oracle ## the same where the library T looks inside
	$(PART_suite-internal)
internal: $(INTERNAL_LUA) ## tests/internal: barriers, failing memory, shapes of tables, phases, seen through T
	$(PART_internal)
suite: ## the PUC-Rio suite in every mode, as a table: release, internal, gcstress, asan, and through dump
	@for v in release internal gcstress asan; do $(MAKE) VARIANT=$$v BUILD=build/$$v lua || exit 1; done
	@$(MAKE) VARIANT=release BUILD=build/release oracle
	scripts/with-suite build/release/oracle run --no-cache --quiet --mode 'suite:*' --table -
modes: ## every default mode of oracle.lua; builds what they compare
	@for v in release internal gcstress asan; do $(MAKE) VARIANT=$$v BUILD=build/$$v runtime || exit 1; done
	@$(MAKE) VARIANT=release CC=gcc BUILD=build/gcc runtime
	@$(MAKE) VARIANT=release CC=clang-19 BUILD=build/clang runtime
	@$(MAKE) VARIANT=release BUILD=build/release oracle
	scripts/with-suite build/release/oracle run --no-cache
bytecode: $(BUILD)/luac ## luac against luac5.1, byte by byte, the long way
	scripts/with-suite scripts/check-bytecode $(BUILD)/luac
dropin: $(RUNTIME) ## Debian's C modules and programs run alike on lua5.1 and on this VARIANT; installs them
	CC=$(CC) scripts/dropin $(BUILD)
gdb-check: ## the gdb commands, release and debug, and docs/debugging.md against what it shows
	@for v in release debug; do $(MAKE) VARIANT=$$v BUILD=$(dir $(BUILD))gdb-$$v lua luac lib || exit 1; done
	@$(MAKE) VARIANT=release BUILD=$(dir $(BUILD))gdb-release oracle
	scripts/check-gdb $(dir $(BUILD))gdb-release $(dir $(BUILD))gdb-debug
mutants-vm: ## bugs planted in a copy of the VM, each noticed by the T library, the suite or gcstress
	@$(MAKE) VARIANT=release BUILD=build/release oracle
	scripts/suite-files >&2
	scripts/mutants
stress: ## unit tests and corpus, collecting and moving the stack at every chance
	$(MAKE) VARIANT=gcstress BUILD=build/gcstress unit corpus
asan: ## check under address and undefined-behaviour sanitizers
	$(MAKE) VARIANT=asan BUILD=build/asan check
SECS ?= 60
fuzz: ## libFuzzer on every target of tests/fuzz, SECS seconds each (clang)
	$(MAKE) VARIANT=fuzz BUILD=build/fuzz CC=$(if $(filter clang,$(CC_IS)),$(CC),clang) fuzz-run
fuzz-run: $(FUZZERS)
	scripts/run-fuzz $(SECS) $(FUZZERS)
coverage: ## line coverage of unit tests, corpus and suite, as text
	$(MAKE) VARIANT=coverage BUILD=build/coverage CC=gcc unit corpus suite-quick; status=$$?; \
	  gcovr --root . --filter src/ build/coverage && exit $$status
oracle-coverage: ## line coverage of the oracle by its own tests, as text; fails below 90 %
	find build/coverage/tool -name '*.gcda' -delete 2>/dev/null || true
	$(MAKE) VARIANT=coverage BUILD=build/coverage CC=gcc runtime oracle oracle-unit selftest-quick
	gcovr --root . --filter oracle/ --fail-under-line 90 build/coverage/tool
check-all: ## check in every variant and under both compilers (an hour)
	scripts/check-all

##@ Quality
format: ## trailing blanks, tabs, final newlines: repaired in place
	scripts/format
lint: ## shellcheck, cppcheck, sizes: prints what is found
	scripts/lint
bench: $(BUILD)/lua $(BUILD)/luac ## our programs against lua5.1 and its peers (release): time and memory ratios
	scripts/bench $(BUILD)/lua
bench-check: $(BUILD)/lua $(BUILD)/luac ## fails if any of them is slower than lua5.1, or the mean below 1.5 times
	scripts/bench --check $(BUILD)/lua

##@ Install
PREFIX  ?= /usr/local
LIBDIR  ?= $(PREFIX)/lib
install: $(PROGRAMS) ## into $(DESTDIR)$(PREFIX), under Debian's names
	CC='$(CC)' scripts/install '$(BUILD)' '$(DESTDIR)' '$(PREFIX)' '$(LIBDIR)'
uninstall: ## remove exactly what install puts there
	scripts/install --remove '$(DESTDIR)' '$(PREFIX)' '$(LIBDIR)'
deps: ## install what `make check` needs (Debian packages)
	scripts/install-deps

##@ Help
help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	      /^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@printf '\nVARIANT: $(VARIANTS)\nNow: %s, VARIANT=%s, DISPATCH=%s, REPL=%s\n' \
	  '$(CC)' '$(VARIANT)' '$(DISPATCH_FORM)' '$(REPL_CHOICE)'
clean: ## remove build/
	rm -rf build

# ---- How things are made --------------------------------------------------

# Rewritten only when the compiler or a flag changes; every object depends on
# it, so objects of two compilers never meet.
STAMP := $(CC) | $(CC_VERSION) | $(CFLAGS) $(EXEC_FLAGS) | $(LDFLAGS) | $(REPL_CHOICE)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D); echo '$(STAMP)' | cmp -s - $@ || echo '$(STAMP)' > $@

# A file that comes or goes changes what is linked, without changing a date.
$(BUILD)/sources: FORCE
	@mkdir -p $(@D); echo '$(LIB_SRC)' | cmp -s - $@ || echo '$(LIB_SRC)' > $@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) $(CFLAGS) $(FILE_FLAGS) $(call includes,$<) -MMD -MP -c $< -o $@
$(BUILD)/src/vm/exec.o: FILE_FLAGS = $(EXEC_FLAGS)
$(BUILD)/src/bin/repl.o: FILE_FLAGS = $(REPL_FLAGS_$(REPL_CHOICE))

$(BUILD)/liblua5.1.so.0: $(LIB_OBJ) $(BUILD)/sources src/liblua5.1.map
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS) $(DEFS) -shared -Wl,-soname,$(@F) \
	  -Wl,--version-script=src/liblua5.1.map $(LIB_OBJ) $(LIBS) -o $@

# One object whose hidden names are local: a program that links it may use any
# name of ours for itself.
$(BUILD)/liblua5.1.a: $(LIB_OBJ) $(BUILD)/sources
	@rm -f $@
	$(call say,AR,$@) $(LD) -r $(LIB_OBJ) -o $(BUILD)/liblua5.1.o && \
	  $(OBJCOPY) --localize-hidden $(BUILD)/liblua5.1.o && $(AR) rcs $@ $(BUILD)/liblua5.1.o

# What gdb loads with a program or library, once that folder is declared safe (docs/debugging.md).
GDB_SCRIPTS := $(patsubst %,$(BUILD)/%-gdb.py,lua luac liblua5.1.so.0)
$(GDB_SCRIPTS):
	@mkdir -p $(@D); ln -sf '$(CURDIR)/scripts/gdb/lua-gdb.py' $@
$(BUILD)/lua: | $(BUILD)/lua-gdb.py
$(BUILD)/luac: | $(BUILD)/luac-gdb.py
$(BUILD)/liblua5.1.so.0: | $(BUILD)/liblua5.1.so.0-gdb.py

# -E: C modules take their lua_* from the program that loads them.
$(BUILD)/lua: $(LUA_OBJ) $(LUA_LIB)
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS) -pie -Wl,-E $(LUA_OBJ) $(filter %.o %.a,$(LUA_LIB)) $(LIBS) $(REPL_LIBS_$(REPL_CHOICE)) -o $@
ifeq ($(T_OBJ),)
$(INTERNAL_LUA): FORCE
	@$(MAKE) VARIANT=internal BUILD=$(@D) lua
endif
$(BUILD)/luac: $(LUAC_OBJ) $(LIB_OBJ) $(BUILD)/sources
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS) -pie $(LUAC_OBJ) $(LIB_OBJ) $(LIBS) -o $@

$(BUILD)/tests/unit/test_%: $(BUILD)/tests/unit/test_%.o $(HARNESS) $(T_OBJ) $(LIB_OBJ) $(BUILD)/sources
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS) -pie $< $(HARNESS) $(T_OBJ) $(LIB_OBJ) -lcmocka $(LIBS) -o $@
# As a host would: public headers, the shared library; and they do assert.
$(EXAMPLES:=.o): FILE_FLAGS = -UNDEBUG
$(EXAMPLES): %: %.o $(BUILD)/liblua5.1.so.0
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS) -pie $^ -Wl,-rpath,$(abspath $(BUILD)) $(LIBS) -o $@
$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(LIB_OBJ) $(BUILD)/sources
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer $< $(LIB_OBJ) $(LIBS) -o $@

# Says what to install before the compiler says what it misses.
$(BUILD)/tool/libraries: $(BUILD)/flags
	@mkdir -p $(@D); for need in $(ORACLE_NEEDS); do \
	  echo "$(HASH)include <$${need%%=*}>" | $(CC) -DPCRE2_CODE_UNIT_WIDTH=8 -E - >/dev/null 2>&1 || missing="$$missing $${need$(HASH)*=}"; \
	done; if [ -n "$$missing" ]; then \
	  echo "the oracle needs$$missing; run: scripts/install-deps" >&2; exit 2; fi; touch $@
$(BUILD)/tool/%.o: oracle/%.c $(BUILD)/flags $(BUILD)/tool/libraries
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) $(CFLAGS) $(call includes,$<) -I$(BUILD)/tool -MMD -MP -c $< -o $@
# Data that is part of the program: bytes for an array's initialiser.
$(BUILD)/tool/%.inc: oracle/%
	@mkdir -p $(@D)
	@od -An -v -tx1 $< | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g' > $@
$(BUILD)/tool/history/history.o: $(BUILD)/tool/history/schema.sql.inc
$(BUILD)/tool/report/report_html.o: $(BUILD)/tool/report/page.html.inc
$(BUILD)/tool/cli/completion.o: $(BUILD)/tool/cli/completion.sh.inc
$(BUILD)/tool/sources: FORCE
	@mkdir -p $(@D); echo '$(ORACLE_SRC)' | cmp -s - $@ || echo '$(ORACLE_SRC)' > $@
$(BUILD)/tool/oracle.a: $(ORACLE_OBJ) $(BUILD)/tool/sources
	@rm -f $@
	$(call say,AR,$@) $(AR) rcs $@ $(ORACLE_OBJ)
$(BUILD)/oracle: $(BUILD)/tool/main.o $(BUILD)/tool/oracle.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS) -pie $(filter %.o %.a,$^) $(ORACLE_LIBS) -o $@
# What the program knows of itself: its manual page, and its completion.
$(BUILD)/oracle.1: $(BUILD)/oracle
	@ASAN_OPTIONS=detect_leaks=0 $< help --man > $@
$(BUILD)/oracle.bash: $(BUILD)/oracle
	@ASAN_OPTIONS=detect_leaks=0 $< help --bash > $@
$(BUILD)/tests/oracle/test_%: $(BUILD)/tests/oracle/test_%.o $(BUILD)/tool/oracle.a
	$(call say,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS) -pie $(filter %.o %.a,$^) -lcmocka $(ORACLE_LIBS) -o $@

$(AMALG): $(BUILD)/sources
	@mkdir -p $(@D)
	@printf '#include "%s"\n' $(AMALG_$(basename $(@F)):%=$(CURDIR)/%) > $@

FORCE:
.PHONY: FORCE all lua luac lib runtime oracle oracle-unit oracle-engines oracle-valgrind oracle-coverage selftest selftest-quick amalg check check-parts layers links headers names abi api testlib tests scripts unit examples corpus page suite-files suite modes \
        suite-quick suite-internal internal bytecode gdb-check mutants-vm stress asan fuzz fuzz-run coverage check-all format lint bench bench-check install uninstall deps help clean
.PRECIOUS: $(BUILD)/%.o
.DELETE_ON_ERROR:
-include $(ORACLE_OBJ:.o=.d) $(BUILD)/tool/main.d $(ORACLE_UNIT:=.d) $(LIB_OBJ:.o=.d) $(T_OBJ:.o=.d) $(LUA_OBJ:.o=.d) $(LUAC_OBJ:.o=.d) $(HARNESS:.o=.d) $(UNIT:=.d) $(EXAMPLES:=.d) $(FUZZERS:=.d) $(AMALG:.o=.d)
