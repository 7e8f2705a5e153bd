/* test_engine_exec.c -- a program sees the case, the whole case and nothing but the case. */
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/engine.h"
#include "engine/needs.h"
#include "engine/place.h"
#include "engine/wrap.h"
#include "folder.h"
#include "seen.h"

static char kind[] = "exec", none[] = "", reference[] = "lua5.1";

static void use_places(const char *top) {
  char *made = path_join(folder, "made");
  needs_set_places(top, made);
  free(made);
}

static EngineSpec spec_of(char *path) {
  return (EngineSpec){.kind = kind, .path = path, .luac = none, .version = none, .build = none,
                      .mode = none,
                      .slowness = 1, .shared = none};
}

static Engine *open_or_fail(const EngineSpec *spec) {
  Diag why = {0};
  Engine *e = engine_open(spec, true, &why);
  if (e == NULL) fail_msg("%s", diag_text(&why));
  return e;
}

static Engine *open_reference(void) {
  EngineSpec spec = spec_of(reference);
  return open_or_fail(&spec);
}

/* A shell script that calls itself a Lua.  Its name is to be freed. */
static char *fake(const char *name, const char *body) {
  Diag why = {0};
  char *path = path_join(folder, name);
  char *text = mem_format("#!/bin/sh\n[ \"$1\" = -v ] && { echo 'Lua 5.1.9 fake'; exit; }\n%s\n",
                          body);
  assert_true(path_write(path, text, strlen(text), &why));
  assert_int_equal(chmod(path, 0755), 0);
  free(text);
  return path;
}

static Conditions ordinary(void) {
  return (Conditions){.seconds = 20, .memory = 1u << 30, .output = 1u << 20, .file_size = 1u << 26,
                      .processes = 20, .channels = CHANNELS_ALL & ~CHANNEL_BIT(CHANNEL_BYTECODE)};
}

static void run(Engine *e, const Case *item, const Conditions *c, Observation *seen_now) {
  Diag why = {0};
  RunRequest request = {item, c, 0};
  if (!e->ops->run(e, &request, seen_now, &why)) fail_msg("%s", diag_text(&why));
}

/* Runs a chunk and asserts what it printed and how it ended. */
static void expect(Engine *e, const Conditions *c, const char *chunk, const char *out,
                   const char *end) {
  Case item = plain_case();
  Observation o = {0};
  set_chunk(&item, chunk);
  run(e, &item, c, &o);
  if (strcmp(bytes_text(&o.channel[CHANNEL_STDOUT]), out) != 0) {
    fail_msg("stdout: %s\nstderr: %s", bytes_text(&o.channel[CHANNEL_STDOUT]),
             bytes_text(&o.channel[CHANNEL_STDERR]));
  }
  assert_bytes(&o.channel[CHANNEL_EXIT], end);
  observation_free(&o);
  bytes_free(&item.chunk);
}

static void a_case_is_run_as_a_script(void **unused) {
  (void)unused;
  Engine *e = open_reference();
  Conditions c = ordinary();
  Case item = plain_case();
  Observation o = {0};
  assert_true(e->pinned);
  assert_int_equal(strlen(e->build_id), 32);
  assert_string_equal(e->name, "lua5.1");
  set_chunk(&item, "io.stderr:write('e\\0') print(arg[-1], arg[0], ..., io.read('*a')) os.exit(3)");
  strings_add(&item.args, "a b");
  item.input = bytes_of("in");
  run(e, &item, &c, &o);
  assert_bytes(&o.channel[CHANNEL_STDOUT], "lua\tcase.lua\ta b\tin\n");
  assert_int_equal(o.channel[CHANNEL_STDERR].len, 2);
  assert_bytes(&o.channel[CHANNEL_EXIT], "exit 3");
  assert_int_equal(o.shown, CHANNEL_BIT(CHANNEL_EXIT) | CHANNEL_BIT(CHANNEL_STDOUT) |
                            CHANNEL_BIT(CHANNEL_STDERR));
  assert_true(o.nanoseconds > 0);
  item.has_cli = true;
  strings_add(&item.cli, "-e");
  strings_add(&item.cli, "print(arg) error('x', 0)");
  run(e, &item, &c, &o);
  assert_bytes(&o.channel[CHANNEL_STDOUT], "nil\n");
  assert_memory_equal(bytes_text(&o.channel[CHANNEL_STDERR]), "lua: x\nstack traceback:\n", 24);
  observation_free(&o);
  bytes_free(&item.chunk);
  bytes_free(&item.input);
  strings_free(&item.args);
  strings_free(&item.cli);
  engine_close(e);
}

static void the_world_is_closed_and_always_the_same(void **unused) {
  (void)unused;
  Engine *e = open_reference();
  Conditions c = ordinary();
  setenv("LEAK", "1", 1);
  strings_add(&c.env, "A=mode");
  strings_add(&c.env, "B=mode");
  Case item = plain_case();
  strings_add(&item.env, "B=case");
  set_chunk(&item, "print(os.getenv'LEAK', os.getenv'A', os.getenv'B', os.getenv'TZ', os.getenv'LC_ALL')"
                   "print(os.getenv'HOME' == io.popen('pwd'):read(), os.execute('lua -e \"os.exit(5)\"') / 256)"
                   "local f = io.open('left', 'r') print(f) io.open('left', 'w'):close()"
                   "os.execute('mkdir a; touch a/b; chmod 000 a')");
  const char *expected = "nil\tmode\tcase\tUTC\tC\ntrue\t5\nnil\n";
  Observation o = {0}, again = {0};
  run(e, &item, &c, &o);
  assert_bytes(&o.channel[CHANNEL_STDOUT], expected);
  run(e, &item, &c, &again);                           /* what the first left is not seen */
  assert_bytes(&again.channel[CHANNEL_STDOUT], expected);
  set_chunk(&item, "print({}, print)");
  run(e, &item, &c, &o);
  run(e, &item, &c, &again);
  assert_bytes(&o.channel[CHANNEL_STDOUT], bytes_text(&again.channel[CHANNEL_STDOUT]));
  Diag why = {0};
  RunRequest request = {&item, &c, 1};
  assert_true(e->ops->run(e, &request, &again, &why)); /* in another world addresses are others */
  assert_string_not_equal(bytes_text(&o.channel[CHANNEL_STDOUT]),
                          bytes_text(&again.channel[CHANNEL_STDOUT]));
  observation_free(&o);
  observation_free(&again);
  bytes_free(&item.chunk);
  strings_free(&item.env);
  strings_free(&c.env);
  engine_close(e);
}

static void files_mounts_and_neighbours_are_there(void **unused) {
  (void)unused;
  Engine *e = open_reference();
  Conditions c = ordinary();
  Diag why = {0};
  char *beside = path_join(folder, "beside.txt"), guest[] = "data/in";
  assert_true(path_write(beside, "B", 1, &why));
  Mount mount = {folder, guest};
  c.mounts = &mount;
  c.nmounts = 1;
  Case item = plain_case();
  char name[] = "sub/mod.lua";
  CaseFile file = {name, bytes_of("return 'M'")};
  item.files = &file;
  item.nfiles = 1;
  item.plain = true;
  item.folder = folder;
  Observation o = {0};
  set_chunk(&item, "print(require'sub.mod', io.open('data/in/beside.txt'):read(), io.open('beside.txt'):read())");
  run(e, &item, &c, &o);
  assert_bytes(&o.channel[CHANNEL_STDOUT], "M\tB\tB\n");
  char absolute_name[] = "/abs", up[] = "../up", hidden_up[] = "a/../..";
  char *const wrong[] = {absolute_name, up, hidden_up};
  RunRequest request = {&item, &c, 0};
  for (size_t i = 0; i < ROWS(wrong); i++) {
    mount.guest = wrong[i];
    assert_false(e->ops->run(e, &request, &o, &why));
    assert_int_equal(why.status, EXIT_USAGE);
  }
  mount.guest = guest;
  item.plain = false;
  c.folder = folder;                     /* a copy of it, which is the program's to change */
  set_chunk(&item, "local f = io.open('beside.txt', 'w') f:write('C') f:close() "
            "print(io.open('beside.txt'):read())");
  run(e, &item, &c, &o);
  assert_bytes(&o.channel[CHANNEL_STDOUT], "C\n");
  Bytes content = {0};
  assert_true(path_read(beside, &content, &why));
  assert_bytes(&content, "B");
  bytes_free(&content);
  mount = (Mount){beside, guest};
  assert_false(e->ops->run(e, &request, &o, &why));
  assert_non_null(strstr(diag_text(&why), "no such folder"));
  observation_free(&o);
  bytes_free(&item.chunk);
  bytes_free(&file.data);
  free(beside);
  engine_close(e);
}

static void transforms_change_how_and_not_what(void **unused) {
  (void)unused;
  Engine *e = open_reference();
  static const Transform transforms[] = {TRANSFORM_NONE, TRANSFORM_HOOKS, TRANSFORM_DUMP,
                                         TRANSFORM_COROUTINE};
  const char *chunk = "#!shebang\nprint(arg[0], arg[-1], ..., debug.getinfo(1, 'S').source)\n"
                      "print(pcall(error, 'x', 2)) error('end')";
  for (size_t i = 0; i < ROWS(transforms); i++) {
    Conditions c = ordinary();
    Case item = plain_case();
    Observation o = {0};
    c.transform = transforms[i];
    strings_add(&item.args, "one");
    set_chunk(&item, chunk);
    run(e, &item, &c, &o);
    assert_bytes(&o.channel[CHANNEL_STDOUT],
                 "case.lua\tlua\tone\t@case.lua\nfalse\tcase.lua:3: x\n");
    assert_memory_equal(bytes_text(&o.channel[CHANNEL_STDERR]), "lua: case.lua:3: end\n", 21);
    assert_bytes(&o.channel[CHANNEL_EXIT], "exit 1");
    set_chunk(&item, "x = = 1");                       /* what does not compile fails alike */
    run(e, &item, &c, &o);
    assert_memory_equal(bytes_text(&o.channel[CHANNEL_STDERR]),
                        "lua: case.lua:1: unexpected symbol", 34);
    observation_free(&o);
    strings_free(&item.args);
    bytes_free(&item.chunk);
  }
  Conditions c = ordinary();
  c.transform = TRANSFORM_HOOKS;
  expect(e, &c, "print(select(2, debug.gethook()))", "l\t100\n", "exit 0");
  c.transform = TRANSFORM_COROUTINE;
  expect(e, &c, "print(coroutine.running() ~= nil, coroutine.yield(1))", "true\n", "exit 0");
  c.transform = TRANSFORM_DUMP;
  expect(e, &c, "print(io.open('case.lua'):read(4) == '\\27Lua')", "true\n", "exit 0");
  engine_close(e);
}

static void modules_and_an_entry_point_can_be_given(void **unused) {
  (void)unused;
  Engine *e = open_reference();
  Conditions c = ordinary();
  Diag why = {0};
  char *module = path_join(folder, "my \"mod\".lua"), name[] = "x.y";
  assert_true(path_write(module, "return {... .. '!'}", 19, &why));
  Preload preload = {name, module};
  c.preloads = &preload;
  c.npreloads = 1;
  c.invoke = "main";
  expect(e, &c, "print(require'x.y'[1]) function main(...) print('main', select('#', ...)) end",
         "x.y!\nmain\t0\n", "exit 0");
  c.transform = TRANSFORM_DUMP;
  expect(e, &c, "function main() print(debug.getinfo(1, 'S').source) end", "@case.lua\n", "exit 0");
  expect(e, &c, "print(1)", "1\n", "exit 1");
  free(module);
  engine_close(e);
}

static void some_cases_cannot_be_transformed(void **unused) {
  (void)unused;
  Case item = plain_case();
  Conditions c = ordinary();
  strings_add(&item.env, "LUA_INIT=x=1");
  assert_string_equal(wrap_refuses(&item, &c), "");
  c.transform = TRANSFORM_HOOKS;
  assert_non_null(strstr(wrap_refuses(&item, &c), "LUA_INIT"));
  c.transform = TRANSFORM_DUMP;
  assert_string_equal(wrap_refuses(&item, &c), "");
  item.has_cli = true;
  assert_non_null(strstr(wrap_refuses(&item, &c), "command line"));
  strings_free(&item.env);
}

/* The two ways to get a chunk's bytecode give the same; what does not compile has none. */
static void bytecode_comes_from_luac_or_from_the_program(void **unused) {
  (void)unused;
  static char luac[] = "luac5.1";
  Conditions c = ordinary();
  c.channels = CHANNELS_ALL;
  Case item = plain_case();
  Observation seen_by[2] = {{0}};
  strings_add(&item.env, "LUA_INIT=print'noise'");
  for (int i = 0; i < 2; i++) {
    EngineSpec spec = spec_of(reference);
    if (i == 1) spec.luac = luac;
    Engine *e = open_or_fail(&spec);
    set_chunk(&item, "x = =");
    run(e, &item, &c, &seen_by[i]);
    assert_int_equal(seen_by[i].channel[CHANNEL_BYTECODE].len, 0);
    set_chunk(&item, "local a = 1 print(a)");
    run(e, &item, &c, &seen_by[i]);
    assert_true(seen_by[i].shown & CHANNEL_BIT(CHANNEL_BYTECODE));
    assert_true(seen_by[i].channel[CHANNEL_BYTECODE].len > 50);
    engine_close(e);
  }
  assert_true(bytes_equal(&seen_by[0].channel[CHANNEL_BYTECODE],
                          &seen_by[1].channel[CHANNEL_BYTECODE]));
  char *dies = fake("dying-luac", "kill -SEGV $$");
  EngineSpec spec = spec_of(reference);
  spec.luac = dies;
  Engine *e = open_or_fail(&spec);
  run(e, &item, &c, &seen_by[0]);
  assert_bytes(&seen_by[0].channel[CHANNEL_BYTECODE], "(the compiler was ended by signal SIGSEGV)");
  engine_close(e);
  free(dies);
  observation_free(&seen_by[0]);
  observation_free(&seen_by[1]);
  strings_free(&item.env);
  bytes_free(&item.chunk);
}

static void every_bad_end_is_told_apart(void **unused) {
  (void)unused;
  static const struct { const char *body, *end; } rows[] = {
    {"kill -SEGV $$", "signal SIGSEGV"},
    {"sleep 50", "stopped at the time limit"},
    {"while :; do echo 0123456789012345678901234567890123456789; done",
     "stopped at the output limit"},
    {"for i in 1 2 3 4 5 6 7 8 9; do sleep 9 & done; wait", "stopped at the limit of processes"},
    {"echo 'x.c:1: f: Assertion `p` failed.' >&2; kill -ABRT $$",
     "stopped by a sanitizer or an assertion"},
    {"# __asan_init\necho '==1==ERROR: AddressSanitizer: x' >&2; exit 99",
     "stopped by a sanitizer or an assertion"},
    {"# __asan_init\necho 'a.c:1:2: runtime error: shift' >&2",
     "stopped by a sanitizer or an assertion"},
    {"echo 'a.c:1:2: runtime error: shift' >&2", "exit 0"},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    char *path = fake("fake-lua", rows[i].body);
    EngineSpec spec = spec_of(path);
    Engine *e = open_or_fail(&spec);
    Conditions c = ordinary();
    Case item = plain_case();
    item.seconds = i == 1 ? 0.1 : 5;
    c.processes = 4;
    Observation o = {0};
    run(e, &item, &c, &o);
    assert_bytes(&o.channel[CHANNEL_EXIT], rows[i].end);
    assert_false(e->pinned);
    assert_false(e->ops->is_spent(e));
    observation_free(&o);
    engine_close(e);
    free(path);
  }
}

static void running_out_is_noticed(void **unused) {
  (void)unused;
  Engine *e = open_reference();
  Conditions c = ordinary();
  Case item = plain_case();
  Observation o = {0};
  item.memory = 64u << 20;
  set_chunk(&item, "local s = ('x'):rep(1e6) local t = {} while true do t[#t + 1] = s .. #t end");
  run(e, &item, &c, &o);
  assert_true(o.out_of_memory);
  assert_bytes(&o.channel[CHANNEL_EXIT], "exit 1");
  set_chunk(&item, "print(pcall(string.rep, 'x', 1e9)) io.stderr:write('x: not enough memory\\n')");
  run(e, &item, &c, &o);
  assert_false(o.out_of_memory);
  set_chunk(&item, "error('x: not enough memory\\n')");
  run(e, &item, &c, &o);
  assert_false(o.out_of_memory);
  observation_free(&o);
  bytes_free(&item.chunk);
  engine_close(e);
}

/* Comes first: nobody has said yet where. */
static void things_are_made_in_a_private_folder_otherwise(void **unused) {
  (void)unused;
  setenv("TMPDIR", "/no/such", 1);
  assert_non_null(strstr(needs_refuse(NEED_LIBS), "/no/such"));
  setenv("TMPDIR", folder, 1);
  if (*needs_refuse(NEED_LOCALE) == '\0') {
    char *private = path_folder(needs_locale());
    assert_memory_equal(private, folder, strlen(folder));
    assert_true(path_is_folder(private));
    use_places(".");
    assert_false(path_exists(private));
    free(private);
  }
  unsetenv("TMPDIR");
  use_places(".");
}

static void a_module_that_cannot_be_made_is_a_reason(void **unused) {
  (void)unused;
  Diag why = {0};
  char *top = path_join(folder, "top"), *libs = path_join(top, "lua-5.1-tests/libs");
  char *bad = path_join(libs, "bad.c"), *other = path_join(libs, "README");
  assert_true(path_make_folder(libs, &why) && path_write(other, "x", 1, &why));
  use_places(top);
  char *made = path_join(folder, "made/libs");
  assert_true(path_remove(made, &why));
  assert_non_null(strstr(needs_refuse(NEED_LIBS), "no C module in "));
  assert_true(path_write(bad, "int x = ;\n", 10, &why));
  use_places(top);
  assert_non_null(strstr(needs_refuse(NEED_LIBS), "cc: "));
  assert_false(path_exists(made));                     /* nothing half made is found by the next */
  use_places(".");
  free(made);
  free(top);
  free(libs);
  free(bad);
  free(other);
}

static void modules_and_a_locale_are_made_once(void **unused) {
  (void)unused;
  Engine *e = open_reference();
  Conditions c = ordinary();
  Case item = plain_case();
  Observation o = {0};
  item.needs = NEED_LIBS | NEED_SHELL | NEED_TMP;
  assert_string_equal(e->ops->refuses(e, &item), "");
  char *first = mem_string(needs_libs());
  set_chunk(&item, "print(package.loadlib('./libs/lib1.so', 'luaopen_lib1') ~= nil, io.open('./libs/-lib2.so') ~= nil)");
  run(e, &item, &c, &o);
  assert_bytes(&o.channel[CHANNEL_STDOUT], "true\ttrue\n");
  use_places(".");                                     /* as another process would: found, not made */
  struct stat before, after;
  assert_int_equal(stat(first, &before), 0);
  assert_string_equal(e->ops->refuses(e, &item), "");
  assert_int_equal(stat(needs_libs(), &after), 0);
  assert_int_equal(before.st_ino, after.st_ino);
  item.needs = NEED_LOCALE;
  if (*e->ops->refuses(e, &item) == '\0') {
    set_chunk(&item, "print(os.setlocale('pt_BR', 'numeric'))");
    run(e, &item, &c, &o);
    assert_bytes(&o.channel[CHANNEL_STDOUT], "pt_BR\n");
  }
  char *empty = path_join(folder, "empty");
  char *other = path_join(folder, "other");
  needs_set_places(empty, other);
  assert_non_null(strstr(needs_refuse(NEED_LIBS), "lua-5.1-tests/libs"));
  setenv("PATH", folder, 1);
  assert_string_equal(needs_refuse(NEED_LOCALE),
                      "locale pt_BR cannot be made (packages libc-bin and locales): no localedef");
  setenv("PATH", "/usr/bin:/bin", 1);
  use_places(".");
  free(empty);
  free(other);
  free(first);
  observation_free(&o);
  bytes_free(&item.chunk);
  engine_close(e);
}

static void both_sides_share_a_place_that_goes_with_them(void **unused) {
  (void)unused;
  Diag why = {0};
  Place *p = place_enter(&why);
  assert_ptr_equal(place_enter(&why), p);
  char *root = mem_string(p->root), *stale = mem_format("%.*s/oracle-place-999999999-abcdef",
                                                        (int)(strrchr(p->root, '/') - p->root),
                                                        p->root);
  assert_true(path_is_folder(root));
  place_leave(p);
  assert_true(path_is_folder(root));
  place_leave(p);
  assert_false(path_exists(root));
  assert_true(path_make_folder(stale, &why));          /* of a process that was killed */
  place_leave(place_enter(&why));
  assert_false(path_exists(stale));
  free(root);
  free(stale);
}

static void what_cannot_be_opened_says_what_to_do(void **unused) {
  (void)unused;
  static char gone[] = "/no/luajit", made[] = "/no/build/lua", build[] = "make lua",
      lib[] = "libluajit-5.1.so.99";
  static char dumb[] = "/bin/true", folder_name[] = "/tmp", inproc[] = "inproc", odd[] = "remote",
      one[] = "5.1.4";
  struct { EngineSpec spec; const char *message; } rows[] = {
    {spec_of(gone), "/no/luajit: no such program; install the package luajit"},
    {spec_of(made), "/no/build/lua: no such program; make it with: make lua"},
    {spec_of(dumb), "/bin/true -v -e '' ends with status 0 and says nothing: not a Lua"},
    {spec_of(folder_name), "/tmp: no such program"},
    {spec_of(lib), "libluajit-5.1.so.99: no such library; install the package libluajit-5.1-2"},
    {spec_of(reference), "unknown kind of engine 'remote': one of inproc, exec"},
    {spec_of(reference), "but version 5.1.4 is wanted; install the package lua5.1"},
    {spec_of(reference), "/no/build/lua: no such program"},
  };
  rows[1].spec.build = build;
  rows[4].spec.kind = inproc;
  rows[5].spec.kind = odd;
  rows[6].spec.version = one;
  rows[7].spec.luac = made;
  for (size_t i = 0; i < ROWS(rows); i++) {
    Diag why = {0};
    assert_null(engine_open(&rows[i].spec, true, &why));
    if (!strstr(diag_text(&why), rows[i].message)) fail_msg("row %zu: %s", i, diag_text(&why));
    assert_int_equal(why.status, i == 5 ? EXIT_USAGE : EXIT_INFRA);
  }
  engine_close(NULL);
}

static void a_build_is_known_by_its_content(void **unused) {
  (void)unused;
  Diag why = {0};
  char first[41], second[41], inproc[] = "inproc", lib[] = "liblua5.1.so.0";
  char *path = fake("fake-lua", "exit 0");
  EngineSpec spec = spec_of(path);
  assert_true(engine_identify(&spec, first, &why));
  assert_true(engine_identify(&spec, second, &why));
  assert_string_equal(first, second);
  free(fake("fake-lua", "exit 1"));
  assert_true(engine_identify(&spec, second, &why));
  assert_string_not_equal(first, second);
  assert_int_equal(chmod(path, 0644), 0);
  assert_false(engine_identify(&spec, second, &why));
  free(path);
  spec = spec_of(lib);
  spec.kind = inproc;
  assert_true(engine_identify(&spec, first, &why));
  char *copy = path_join(folder, lib);
  assert_true(path_write(copy, "x", 1, &why));
  setenv("LD_LIBRARY_PATH", folder, 1);                /* searched first, as the loader does */
  assert_true(engine_identify(&spec, second, &why));
  unsetenv("LD_LIBRARY_PATH");
  assert_string_not_equal(first, second);
  free(copy);
}

static void versions_are_whole_numbers(void **unused) {
  (void)unused;
  static char v1[] = "5.1", v2[] = "5.1.9", v3[] = "1.9", v4[] = "5.1.90";
  char *path = fake("fake-lua", "exit 0");
  Diag why = {0};
  EngineSpec spec = spec_of(path);
  static const struct { char *version; bool fits; } rows[] = {{v1, true}, {v2, true}, {v3, false},
                                                              {v4, false}};
  for (size_t i = 0; i < ROWS(rows); i++) {
    spec.version = rows[i].version;
    Engine *e = engine_open(&spec, true, &why);
    assert_int_equal(e != NULL, rows[i].fits);
    engine_close(e);
  }
  free(path);
}

static void other_implementations_run_too(void **unused) {
  (void)unused;
  static char jit[] = "luajit", next[] = "lua5.4";
  char *const paths[] = {jit, next};
  for (size_t i = 0; i < ROWS(paths); i++) {
    char *found = path_find_program(paths[i]);
    free(found);
    if (!found) continue;
    EngineSpec spec = spec_of(paths[i]);
    Engine *e = open_or_fail(&spec);
    Conditions c = ordinary();
    assert_false(e->pinned);
    for (int t = TRANSFORM_NONE; t <= TRANSFORM_COROUTINE; t++) {
      c.transform = (Transform)t;
      c.invoke = t ? "main" : NULL;
      expect(e, &c, "print(arg[0], ...) function main() print('m') end",
             t ? "case.lua\nm\n" : "case.lua\n", "exit 0");
    }
    engine_close(e);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(things_are_made_in_a_private_folder_otherwise),
    cmocka_unit_test(a_case_is_run_as_a_script),
    cmocka_unit_test(the_world_is_closed_and_always_the_same),
    cmocka_unit_test(files_mounts_and_neighbours_are_there),
    cmocka_unit_test(transforms_change_how_and_not_what),
    cmocka_unit_test(modules_and_an_entry_point_can_be_given),
    cmocka_unit_test(some_cases_cannot_be_transformed),
    cmocka_unit_test(bytecode_comes_from_luac_or_from_the_program),
    cmocka_unit_test(every_bad_end_is_told_apart),
    cmocka_unit_test(running_out_is_noticed),
    cmocka_unit_test(modules_and_a_locale_are_made_once),
    cmocka_unit_test(a_module_that_cannot_be_made_is_a_reason),
    cmocka_unit_test(both_sides_share_a_place_that_goes_with_them),
    cmocka_unit_test(what_cannot_be_opened_says_what_to_do),
    cmocka_unit_test(a_build_is_known_by_its_content),
    cmocka_unit_test(versions_are_whole_numbers),
    cmocka_unit_test(other_implementations_run_too),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
