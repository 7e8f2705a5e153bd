/* test_inproc.c -- a case in this process shows what a program would show, and leaves nothing. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "engine/engine.h"
#include "engine/inproc.h"
#include "seen.h"

static char kind[] = "inproc", none[] = "", reference[] = "liblua5.1.so.0";
static Engine *ref, *cand;
static Conditions conditions;
static Case item;
static Observation o;

static Engine *open_library(char *path, bool is_reference) {
  EngineSpec spec = {.kind = kind, .path = path, .luac = none, .version = none, .build = none,
                     .mode = none, .slowness = 1, .shared = none};
  Diag why = {0};
  Engine *e = engine_open(&spec, is_reference, &why);
  if (e == NULL) print_error("%s\n", diag_text(&why));
  return e;
}

/* The library that this test is built beside, or the reference once more. */
static char *candidate_path(void) {
  char self[4096] = "";
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0) return mem_string(reference);
  char *folder = path_folder(self), *above = path_folder(folder), *top = path_folder(above);
  char *path = path_join(top, reference);
  free(folder);
  free(above);
  free(top);
  if (path_is_file(path)) return path;
  free(path);
  return mem_string(reference);
}

static void reset(const char *chunk) {
  item = plain_case();
  conditions = (Conditions){.seconds = 10, .memory = 64u << 20, .output = 1u << 20,
                            .file_size = 1u << 26, .channels = CHANNELS_ALL};
  static Bytes kept;
  bytes_clear(&kept);
  bytes_puts(&kept, chunk);
  item.chunk = kept;
}

/* In each test: cmocka puts its own signal handlers in place before it calls one. */
static void open_both(void) {
  char *path = candidate_path();
  ref = open_library(reference, true);
  cand = open_library(path, false);
  free(path);
  if (ref == NULL || cand == NULL) fail_msg("no engines");
}

static void close_both(void) {
  engine_close(ref);
  engine_close(cand);
  observation_free(&o);
}

static void run(Engine *e, unsigned perturbation) {
  Diag why = {0};
  RunRequest request = {&item, &conditions, perturbation};
  if (!e->ops->run(e, &request, &o, &why)) fail_msg("%s", diag_text(&why));
}

static void assert_channel(Channel channel, const char *text) {
  assert_true(o.shown & CHANNEL_BIT(channel));
  assert_string_equal(bytes_text(&o.channel[channel]), text);
}

/* Both engines, the way `item` and `conditions` are now. */
static void expect(const char *exit, const char *out, const char *err) {
  Engine *engines[] = {ref, cand};
  for (int i = 0; i < 2; i++) {
    run(engines[i], 0);
    if (strcmp(bytes_text(&o.channel[CHANNEL_STDERR]), err) != 0) {
      fail_msg("stderr of %s: %s", engines[i]->name, bytes_text(&o.channel[CHANNEL_STDERR]));
    }
    assert_channel(CHANNEL_STDOUT, out);
    assert_channel(CHANNEL_EXIT, exit);
  }
}

static void expect_chunk(const char *chunk, const char *exit, const char *out, const char *err) {
  reset(chunk);
  expect(exit, out, err);
}

static void a_script_is_run_as_the_program_runs_it(void **unused) {
  (void)unused;
  open_both();
  expect_chunk("print(arg[-1], arg[0], arg[1], ...)", "exit 0", "lua\tcase.lua\tnil\n", "");
  reset("#!/usr/bin/lua\nprint(arg[1], #arg, select('#', ...)) error('x')");
  strings_add(&item.args, "a b");
  strings_add(&item.args, "");
  expect("exit 1", "a b\t2\t2\n",
         "lua: case.lua:2: x\nstack traceback:\n\t[C]: in function 'error'\n"
         "\tcase.lua:2: in main chunk\n\t[C]: ?\n");
  strings_free(&item.args);
  expect_chunk("#", "exit 0", "", "");
  expect_chunk("x =", "exit 1", "", "lua: case.lua:1: unexpected symbol near '<eof>'\n");
  expect_chunk("error()", "exit 1", "", "");
  expect_chunk("error({})", "exit 1", "", "lua: (error object is not a string)\n");
  expect_chunk("error('a\\0b', 0)", "exit 1", "", "lua: a\n");
  expect_chunk("io.write('unflushed') os.exit(3)", "exit 3", "unflushed", "");
  expect_chunk("os.exit(256 + 5)", "exit 5", "", "");
  expect_chunk("coroutine.wrap(function() pcall(os.exit, 4) end)()", "exit 4", "", "");
  expect_chunk("debug = nil error('x', 0)", "exit 1", "", "lua: x\n");
  close_both();
}

static void finalisers_run_when_the_state_closes(void **unused) {
  (void)unused;
  open_both();
  expect_chunk("p = newproxy(true) getmetatable(p).__gc = function() print('closed') end",
               "exit 0", "closed\n", "");
  expect_chunk("p = newproxy(true) getmetatable(p).__gc = function() print('closed') end "
               "os.exit(0)", "exit 0", "", "");
  expect_chunk("do local p = newproxy(true) getmetatable(p).__gc = function() "
               "print('collected') end end error('after', 0)", "exit 1", "collected\n",
               "lua: after\nstack traceback:\n\t[C]: in function 'error'\n"
               "\tcase.lua:1: in main chunk\n\t[C]: ?\n");
  close_both();
}

static void channels_show_values_errors_and_code(void **unused) {
  (void)unused;
  open_both();
  Engine *engines[] = {ref, cand};
  Bytes code = {0};
  for (int i = 0; i < 2; i++) {
    reset("local t = {1, x = print} t.t = t setmetatable(t, {}) "
          "return nil, true, 0.1 + 0.2, -(0/0), 'a\\0\\n', t, t, function() end, io.stdout");
    run(engines[i], 0);
    assert_channel(CHANNEL_VALUES,
      "nil\ntrue\n0.3 (0x3fd3333333333334)\nnan\n\"a\\0\\n\"\n"
      "table @1 {\n  [1] = 1\n  [\"t\"] = table @1\n  [\"x\"] = function @2 C\n"
      "  metatable table @3 { } }\ntable @1\nfunction @4 case.lua:1\nuserdata @5\n");
    assert_channel(CHANNEL_ERROR, "");
    assert_channel(CHANNEL_BYTECODE, bytes_text(&o.channel[CHANNEL_BYTECODE]));
    if (i == 0) code = bytes_copy(&o.channel[CHANNEL_BYTECODE]);
    else assert_true(bytes_equal(&code, &o.channel[CHANNEL_BYTECODE]));
    reset("local function f() error({1}) end\nf()");
    run(engines[i], 0);
    assert_channel(CHANNEL_ERROR, "run: table @1 {\n  [1] = 1 }\n");
    assert_channel(CHANNEL_TRACEBACK, "C global error\nLua local f case.lua:1 (1)\n"
                                      "main ? case.lua:2 (0)\nC ?\n");
    reset("x = = 1");
    run(engines[i], 0);
    assert_channel(CHANNEL_ERROR, "syntax: \"case.lua:1: unexpected symbol near '='\"\n");
    reset("p = newproxy() return 1");
    run(engines[i], 0);
    assert_channel(CHANNEL_MEMORY, "0 bytes in 0 blocks, 0 files\n");
    conditions.channels = CHANNEL_BIT(CHANNEL_STDOUT);
    run(engines[i], 0);
    assert_false(o.shown & CHANNEL_BIT(CHANNEL_VALUES));
    assert_int_equal(o.channel[CHANNEL_VALUES].len, 0);
  }
  bytes_free(&code);
  close_both();
}

static void the_host_is_virtual(void **unused) {
  (void)unused;
  open_both();
  expect_chunk("print(os.time(), os.date('!%c', 0), os.getenv('TZ'), os.getenv('USER'), "
               "os.clock())", "exit 0",
               "1767225600\tThu Jan  1 00:00:00 1970\tUTC\tnil\t0.001\n", "");
  expect_chunk("local t = os.time() repeat until os.time() > t print'on'", "exit 0", "on\n", "");
  expect_chunk("print(math.random(1, 1000), math.random(1, 1000))", "exit 0", "841\t395\n", "");
  expect_chunk("math.randomseed(7) print(math.random(1, 1000) > 0)", "exit 0", "true\n", "");
  expect_chunk("print(math.random(1, 1000), math.random(1, 1000))", "exit 0", "841\t395\n", "");
  reset("print(os.getenv'A', os.getenv'B', os.date('%H', 0))");
  strings_add(&conditions.env, "A=1");
  strings_add(&conditions.env, "B=1");
  strings_add(&item.env, "B=2");
  strings_add(&item.env, "TZ=XXX-3");
  expect("exit 0", "1\t2\t03\n", "");
  strings_free(&item.env);
  strings_free(&conditions.env);
  reset("print(package.path, package.cpath)");
  strings_add(&item.env, "LUA_PATH=p;;");
  strings_add(&item.env, "LUA_CPATH=c");
  strings_add(&item.env, "LUA_INIT=io.write'init '");
  run(ref, 0);
  assert_non_null(strstr(bytes_text(&o.channel[CHANNEL_STDOUT]), "init p;./?.lua;"));
  run(cand, 0);
  assert_non_null(strstr(bytes_text(&o.channel[CHANNEL_STDOUT]), "init p;./?.lua;"));
  strings_free(&item.env);
  expect_chunk("print(package.cpath ~= 'c', os.getenv'LUA_INIT')", "exit 0", "true\tnil\n", "");
  reset("print(io.read('*l', 2, '*a')) print(io.read()) "
        "print(io.stdin:seek('set', 1), io.read(1))");
  bytes_puts(&item.input, "one\ntwo\0x");
  expect("exit 0", "one\ttw\to\nnil\n1\tn\n", "");
  bytes_free(&item.input);
  expect_chunk("print(io.read())", "exit 0", "nil\n", "");
  close_both();
}

static void files_are_private_and_gone(void **unused) {
  (void)unused;
  open_both();
  const char *writer = "local f = assert(io.open('made', 'w')) f:write('x') f:close() "
                       "print(io.open('made'):read('*a'), io.open('data/f'):read('*a'), "
                       "loadfile('case.lua') ~= nil)";
  CaseFile file = {(char *)"data/f", bytes_of("given")};
  reset(writer);
  item.files = &file;
  item.nfiles = 1;
  expect("exit 0", "x\tgiven\ttrue\n", "");
  expect_chunk("print(io.open('made'), io.open('data/f'))", "exit 0",
               "nil\tnil\tdata/f: No such file or directory\t2\n", "");
  expect_chunk("local n = os.tmpname() local f = io.open(n, 'w') f:write(n) f:close() "
               "print(n, io.open(n):read('*a'), os.remove(n), os.rename('a', 'b'))", "exit 0",
               "/tmp/lua_000000\t/tmp/lua_000000\ttrue\tnil\t"
               "a: No such file or directory\t2\n", "");
  expect_chunk("for i = 1, 50 do io.open('f' .. i, 'w'):write(i) end os.exit(0)", "exit 0", "", "");
  expect_chunk("print(os.execute('echo out; echo err >&2'), io.popen('cat; echo x'):read('*a'), "
               "os.execute() ~= 0)", "exit 0", "out\n0\tx\n\ttrue\n", "err\n");
  expect_chunk("io.stdout:setvbuf('no') io.write('a') io.stdout:close() io.stderr:write('b')",
               "exit 0", "a", "b");
  bytes_free(&file.data);
  close_both();
}

static void what_a_case_starts_ends_with_it(void **unused) {
  (void)unused;
  open_both();
  double start = clock_elapsed();
  expect_chunk("io.popen('sleep 20') os.exit(3)", "exit 3", "", "");
  expect_chunk("io.popen('(setsid sleep 20 >&- 2>&- &)'):read() os.execute('sleep 20 &') "
               "print('on')", "exit 0", "on\n", "");
  reset("io.popen('sleep 20') while true do end");
  conditions.seconds = 0.05;
  expect("stopped at the time limit", "", "");
  expect_chunk("os.execute('(sleep 0.2; echo late) & echo soon')", "exit 0", "soon\n", "");
  expect_chunk("os.execute('sleep 0.4; echo next')", "exit 0", "next\n", "");
  assert_true(clock_elapsed() - start < 15);
  close_both();
}

static void output_is_a_file(void **unused) {
  (void)unused;
  open_both();
  expect_chunk("io.write('abcdef') print(io.stdout:seek('cur'), io.stdout:seek('set', 1)) "
               "os.execute('echo B') io.stdout:seek('end') io.write('z')", "exit 0",
               "aB\n6\t1\nz", "");
  expect_chunk("os.execute('echo x') io.write('ab') print(io.stdout:seek())", "exit 0",
               "x\nab4\n", "");
  expect_chunk("print(io.stdout:seek('set', -1)) print(io.stdout:seek('set', 30)) io.write('x')",
               "exit 0", "nil\tInvalid argument\t22\n", "");
  assert_int_equal(o.channel[CHANNEL_STDOUT].len, 34);
  close_both();
}

static void every_way_to_a_file_is_the_hosts(void **unused) {
  (void)unused;
  open_both();
  expect_chunk("local f = io.open('code', 'wb') f:write(string.dump(function() return 'ran' end)) "
               "f:close() print(loadfile('code')(), os.rename('code', 'other'), loadfile('code'))",
               "exit 0", "ran\ttrue\tnil\tcannot open code: No such file or directory\n", "");
  expect_chunk("local f = io.tmpfile() f:write('t') f:seek('set') print(f:read(), f:close())",
               "exit 0", "t\ttrue\n", "");
  expect_chunk("local p = io.popen('cat', 'w') p:write('through ') p:close() io.write('mine')",
               "exit 0", "through mine", "");
  expect_chunk("io.popen('cat', 'w'):write('left open')", "exit 0", "left open", "");
  expect_chunk("print(io.stdin:seek('set', -1), io.stdin:seek('end', 3), io.stdin:read())",
               "exit 0", "0\t0\tnil\n", "");
  expect_chunk("print(os.setlocale('C.UTF-8'))", "exit 0", "C.UTF-8\n", "");
  expect_chunk("print(os.setlocale())", "exit 0", "C\n", "");
  reset("print(io.stdin:seek('set', -1), io.stdin:seek('end', -1), io.stdin:read())");
  bytes_puts(&item.input, "abc");
  expect("exit 0", "nil\t2\tc\n", "");
  bytes_free(&item.input);
  close_both();
}

static void odd_errors_are_reported_as_the_program_does(void **unused) {
  (void)unused;
  open_both();
  expect_chunk("debug.traceback = 1 error('x', 0)", "exit 1", "", "lua: x\n");
  expect_chunk("debug.traceback = function(m, n) return m .. n end error(5, 0)", "exit 1", "",
               "lua: 52\n");
  expect_chunk("debug.traceback = function(m) error(m) end error('x')", "exit 1", "",
               "lua: error in error handling\n");
  reset("print('never')");
  strings_add(&item.env, "LUA_INIT=error('i', 0)");
  run(ref, 0);
  assert_channel(CHANNEL_STDOUT, "");
  assert_channel(CHANNEL_EXIT, "exit 1");
  strings_free(&item.env);
  strings_add(&item.env, "LUA_INIT=@missing");
  expect("exit 1", "", "lua: cannot open missing: No such file or directory\n");
  strings_free(&item.env);
  Engine *engines[] = {ref, cand};
  for (int i = 0; i < 2; i++) {
    reset("local function f(n) if n == 0 then error('deep') end return 1 + f(n - 1) end f(100)");
    run(engines[i], 0);
    assert_non_null(strstr(bytes_text(&o.channel[CHANNEL_TRACEBACK]), "\n... 72 levels ...\n"));
    reset("local t = {} for i = 1, 250 do t = {t} end "
          "return t, coroutine.create(function() end)");
    run(engines[i], 0);
    assert_non_null(strstr(bytes_text(&o.channel[CHANNEL_VALUES]), "table @201 ... }"));
    assert_non_null(strstr(bytes_text(&o.channel[CHANNEL_VALUES]), "\nthread @202\n"));
    reset("local t = {} for i = 1, 1e5 do t[i] = 'something long' end return t");
    run(engines[i], 0);
    assert_true(o.channel[CHANNEL_VALUES].len < (1u << 20) + 200);
    assert_non_null(strstr(bytes_text(&o.channel[CHANNEL_VALUES]), " bytes more, of hash "));
    Bytes all = bytes_copy(&o.channel[CHANNEL_VALUES]);
    reset("local t = {} for i = 1, 1e5 do t[i] = 'something long' end "
          "t[1e5] = 'something lonG' return t");
    run(engines[i], 0);
    assert_false(bytes_equal(&all, &o.channel[CHANNEL_VALUES]));
    bytes_free(&all);
    reset("while true do end");
    conditions.transform = TRANSFORM_HOOKS;
    conditions.fuel = 1000;
    run(engines[i], 0);
    assert_channel(CHANNEL_EXIT, "stopped at the instruction limit");
  }
  close_both();
}

static void ends_are_told_apart(void **unused) {
  (void)unused;
  open_both();
  reset("io.write('lost') io.stderr:write('kept') while true do end");
  conditions.seconds = 0.05;
  expect("stopped at the time limit", "", "kept");
  reset("coroutine.wrap(function() while true do pcall(error) end end)()");
  conditions.seconds = 0.05;
  expect("stopped at the time limit", "", "");
  reset("local s = string.rep('a', 40) s:match(string.rep('a*', 40) .. 'b')");
  conditions.seconds = 0.05;
  run(ref, 0);
  assert_channel(CHANNEL_EXIT, "stopped at the time limit");
  reset("print(debug.gethook()) while true do end");
  conditions.fuel = 1000000;
  expect("stopped at the instruction limit", "", "");
  reset("print(1) for i = 1, 1000 do end print(2)");
  conditions.fuel = 100;
  expect("stopped at the instruction limit", "", "");
  reset("print(1) for i = 1, 1000 do end print(2)");
  conditions.fuel = 100000;
  expect("exit 0", "1\n2\n", "");
  reset("print(debug.gethook()) local n = 0 debug.sethook(function() n = n + 1 end, '', 10) "
        "for i = 1, 100 do end debug.sethook() print(n > 5, debug.gethook())");
  item.fuel = 10000000;
  expect("exit 0", "nil\t\t0\ntrue\tnil\t\t0\n", "");
  reset("local p = io.popen('true', 'w') os.execute('sleep 0.2') p:write('x') p:flush()");
  expect("signal SIGPIPE", "", "");
  reset("local f = io.open('f', 'w') f:setvbuf('no') print(f:write(string.rep('x', 2000)))");
  conditions.file_size = 1000;
  expect("exit 0", "nil\tFile too large\t27\n", "");
  reset("while true do io.write(string.rep('x', 1000)) end");
  conditions.output = 100000;
  run(cand, 0);
  assert_channel(CHANNEL_EXIT, "stopped at the output limit");
  assert_int_equal(o.channel[CHANNEL_STDOUT].len, 100000);
  reset("local s = 'x' while true do s = s .. s end");
  expect("exit 1", "", "lua: not enough memory\n");
  assert_true(o.out_of_memory);
  reset("print(pcall(string.rep, string.rep('x', 1e5), 1e4))");
  expect("exit 0", "false\tnot enough memory\n", "");
  assert_false(o.out_of_memory);
  reset("print('after')");
  expect("exit 0", "after\n", "");
  assert_false(o.out_of_memory);
  assert_true(o.peak_bytes > 1000);
  close_both();
}

/* What crashes PUC-Rio's: unpack over a range that an int cannot count, and a pattern that
 * recurses. */
/* Valgrind delivers no signal while a program is at the end of a stack that is not its own. */
static bool is_under_valgrind(void) {
  const char *preloaded = getenv("LD_PRELOAD");
  return preloaded && strstr(preloaded, "vgpreload");
}

static void ten_thousand_crashes_change_nothing(void **unused) {
  (void)unused;
  if (is_under_valgrind()) skip();
  open_both();
  reset("print('before') string.rep('a', 300000):match(string.rep('a?', 300000))");
  run(ref, 0);
  assert_channel(CHANNEL_EXIT, "signal SIGSEGV");
  assert_channel(CHANNEL_STDOUT, "");
  for (int i = 0; i < 10000; i++) {
    reset("unpack({}, -2 ^ 31, 2 ^ 31 - 1)");
    run(ref, 0);
    assert_channel(CHANNEL_EXIT, "signal SIGSEGV");
    reset("local t = setmetatable({}, {__index = function(_, k) return k * 2 end}) "
          "print(t[21], #t)");
    if (i % 100 == 0) expect("exit 0", "42\t0\n", "");
  }
  assert_false(ref->ops->is_spent(ref));     /* it was PUC-Rio's code that crashed, not libc's */
  close_both();
}

static void transforms_preloads_and_entry_points_work(void **unused) {
  (void)unused;
  open_both();
  const char *chunk = "local a = ... print(a, coroutine.running() ~= nil) "
                      "function main() print('main', (debug.gethook())) end return a";
  for (int t = TRANSFORM_NONE; t <= TRANSFORM_COROUTINE; t++) {
    reset(chunk);
    strings_add(&item.args, "A");
    conditions.transform = (Transform)t;
    conditions.invoke = "main";
    const char *in_coroutine = "A\ttrue\nmain\tnil\n", *outside = "A\tfalse\nmain\tnil\n";
    expect("exit 0", t == TRANSFORM_COROUTINE ? in_coroutine : outside, "");
    assert_channel(CHANNEL_VALUES, "\"A\"\n");
    strings_free(&item.args);
  }
  reset("for i = 1, 3 do print(coroutine.yield(i)) end error('x', 0)");
  conditions.transform = TRANSFORM_COROUTINE;
  run(cand, 0);
  assert_channel(CHANNEL_EXIT, "exit 1");
  assert_channel(CHANNEL_STDOUT, "\n\n\n");
  reset("print(select('#', ...), (select(-1, ...)))");      /* more than a new stack has room for */
  conditions.transform = TRANSFORM_COROUTINE;
  for (int i = 0; i < 200; i++) strings_add(&item.args, "x");
  expect("exit 0", "200\tx\n", "");
  strings_free(&item.args);
  Diag why = {0};
  char name[] = "/tmp/oracle-preload-XXXXXX";
  close(mkstemp(name));
  assert_true(path_write(name, "print('loading', ...) return {v = 7}", 36, &why));
  Preload preload = {(char *)"mod", name};
  reset("print('start') print(require('mod').v)");
  conditions.preloads = &preload;
  conditions.npreloads = 1;
  expect("exit 0", "start\nloading\tmod\n7\n", "");
  unlink(name);
  close_both();
}

static void a_run_is_a_function_of_its_case(void **unused) {
  (void)unused;
  open_both();
  Bytes first = {0};
  const char *chunk = "local t = {} for i = 1, 100 do t[{}] = i end "
                      "for k, v in pairs(t) do io.write(v, ' ') end print(t, print, "
                      "collectgarbage'count')";
  Engine *engines[] = {ref, cand};
  for (int i = 0; i < 2; i++) {
    reset(chunk);
    run(engines[i], 0);
    bytes_free(&first);
    first = bytes_copy(&o.channel[CHANNEL_STDOUT]);
    reset("G = string.rep('x', 5000000) for i = 1, 1e5 do _G['g' .. i] = {} end string.gsub = nil");
    run(engines[i], 0);
    reset(chunk);
    run(engines[i], 0);
    assert_true(bytes_equal(&first, &o.channel[CHANNEL_STDOUT]));
    run(engines[i], 1);
    assert_false(bytes_equal(&first, &o.channel[CHANNEL_STDOUT]));
    run(engines[i], 0);
    assert_true(bytes_equal(&first, &o.channel[CHANNEL_STDOUT]));
  }
  bytes_free(&first);
  close_both();
}

static void what_needs_a_process_is_refused(void **unused) {
  (void)unused;
  open_both();
  reset("return 1");
  assert_string_equal(ref->ops->refuses(ref, &item), "");
  item.needs = NEED_PROCESS;
  assert_string_not_equal(ref->ops->refuses(ref, &item), "");
  item.needs = NEED_SHELL;
  assert_string_not_equal(ref->ops->refuses(ref, &item), "");
  item.needs = NEED_LIBS;
  assert_string_not_equal(ref->ops->refuses(ref, &item), "");
  item.needs = NEED_TMP;
  assert_string_equal(ref->ops->refuses(ref, &item), "");
  item.needs = 0;
  item.has_cli = true;
  assert_string_not_equal(ref->ops->refuses(ref, &item), "");
  item.has_cli = false;
  item.has_chunk = false;
  assert_string_not_equal(ref->ops->refuses(ref, &item), "");
  assert_false(ref->ops->is_spent(ref));
  close_both();
}

/* LuaJIT keeps machine code outside of its allocator: each run has a state of its own. */
static void another_implementation_is_an_engine(void **unused) {
  (void)unused;
  EngineSpec spec = {.kind = kind, .path = (char *)"libluajit-5.1.so.2", .luac = none,
                     .version = none, .build = none, .mode = none, .slowness = 1, .shared = none};
  Diag why = {0};
  Engine *e = engine_open(&spec, false, &why);
  if (e == NULL) {
    if (strstr(diag_text(&why), "install the package")) skip();
    fail_msg("%s", diag_text(&why));
  }
  assert_int_equal(strncmp(e->version, "LuaJIT 2", 8), 0);
  assert_false(e->pinned);
  for (int i = 0; i < 100; i++) {
    reset("local n = 0 for i = 1, 1000 do n = n + i end print(jit and n, os.time(), x) x = 1");
    run(e, 0);
    assert_channel(CHANNEL_STDOUT, "500500\t1767225600\tnil\n");
    assert_channel(CHANNEL_EXIT, "exit 0");
  }
  Bytes first = {0};
  for (int i = 0; i < 4; i++) {   /* its hashes are seeded by chance, its zone is not read anew */
    reset("local t = {} for c in ('abcdefgh'):gmatch('.') do t[c] = c end "
          "for k in pairs(t) do io.write(k) end print(os.date('%H', 0))");
    strings_add(&item.env, i % 2 ? "TZ=XYZ-1" : "TZ=XYZ-2");
    run(e, 0);
    bytes_clear(&first);
    bytes_append(&first, o.channel[CHANNEL_STDOUT].data, 8);
    bytes_printf(&first, "0%d\n", i % 2 ? 1 : 2);
    if (i > 0) assert_channel(CHANNEL_STDOUT, bytes_text(&first));
    strings_free(&item.env);
  }
  bytes_free(&first);
  engine_close(e);
}

static void engines_can_be_opened_again_and_again(void **unused) {
  (void)unused;
  for (int i = 0; i < 40; i++) {             /* more often than there are namespaces */
    open_both();
    expect_chunk("print(1)", "exit 0", "1\n", "");
    close_both();
  }
}

static void what_needs_a_sanitizers_library_is_known(void **unused) {
  (void)unused;
  Bytes runtime = {0};
  Diag why = {0};
  char name[] = "/tmp/oracle-library-XXXXXX";
  close(mkstemp(name));
  assert_true(inproc_needs_preload(reference, &runtime, &why));
  assert_int_equal(runtime.len, 0);
  assert_true(path_write(name, "plain", 5, &why));
  assert_true(inproc_needs_preload(name, &runtime, &why));
  assert_int_equal(runtime.len, 0);
  assert_true(path_write(name, "__asan_init\0libasan.so.8\0", 25, &why));
  assert_true(inproc_needs_preload(name, &runtime, &why));
  bool here = runtime.len == 0;              /* this test is itself sanitized */
  if (!here) assert_bytes(&runtime, "libasan.so.8");
  assert_true(path_write(name, "__asan_init\0clang version 999.1", 31, &why));
  assert_int_equal(inproc_needs_preload(name, &runtime, &why), here);
  if (!here) assert_non_null(strstr(why.text, "install the package libclang-rt-999-dev"));
  assert_true(path_write(name, "__asan_init\0libasan.so.777\0", 27, &why));
  assert_int_equal(inproc_needs_preload(name, &runtime, &why), here);
  if (!here) assert_non_null(strstr(why.text, "install the package libasan777"));
  assert_true(path_write(name, "__asan_init", 11, &why));
  assert_int_equal(inproc_needs_preload(name, &runtime, &why), here);
  if (!here) assert_non_null(strstr(why.text, "its compiler is unknown"));
  unlink(name);
  bytes_free(&runtime);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_script_is_run_as_the_program_runs_it),
    cmocka_unit_test(finalisers_run_when_the_state_closes),
    cmocka_unit_test(channels_show_values_errors_and_code),
    cmocka_unit_test(the_host_is_virtual),
    cmocka_unit_test(files_are_private_and_gone),
    cmocka_unit_test(what_a_case_starts_ends_with_it),
    cmocka_unit_test(output_is_a_file),
    cmocka_unit_test(every_way_to_a_file_is_the_hosts),
    cmocka_unit_test(odd_errors_are_reported_as_the_program_does),
    cmocka_unit_test(ends_are_told_apart),
    cmocka_unit_test(ten_thousand_crashes_change_nothing),
    cmocka_unit_test(transforms_preloads_and_entry_points_work),
    cmocka_unit_test(a_run_is_a_function_of_its_case),
    cmocka_unit_test(what_needs_a_process_is_refused),
    cmocka_unit_test(another_implementation_is_an_engine),
    cmocka_unit_test(engines_can_be_opened_again_and_again),
    cmocka_unit_test(what_needs_a_sanitizers_library_is_known),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
