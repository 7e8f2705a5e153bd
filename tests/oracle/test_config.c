/* test_config.c -- modes of oracle.lua mean what docs/oracle/config.md says; anything else is an
 * error with its line. */
#include "config/config.h"

#include <unistd.h>

#include "folder.h"
#include "seen.h"

#define BUILTIN                                                                                  \
  "return { input = {'suite'}, limits = {fuel = 5e7, wall = '2s', mem = '64M'},\n"               \
  "  ref = {lib = 'liblua5.1.so.0'}, cand = {lib = 'liblua5.1.so.0'} }"


static bool load_with(Config *c, const char *text, const Override *o, size_t n, Diag *why) {
  *why = (Diag){0};
  put("oracle.lua", text);
  return config_load(c, "oracle.lua", BUILTIN, o, n, why);
}

static Config load(const char *text) {
  Config c;
  Diag why;
  if (!load_with(&c, text, NULL, 0, &why)) fail_msg("%s", diag_text(&why));
  return c;
}

static const Mode *mode(const Config *c, const char *name) {
  for (size_t i = 0; i < c->nmodes; i++) {
    if (strcmp(c->modes[i].name, name) == 0) return &c->modes[i];
  }
  fail_msg("no mode %s", name);
  return NULL;
}

/* The names chosen, or the reason why not. */
static void assert_chosen(const Config *c, const char *spec, const char *expected) {
  Mode *chosen[16];
  size_t n;
  Diag why = {0};
  Bytes names = {0};
  bool ok = config_choose(c, spec, chosen, &n, &why);
  for (size_t i = 0; ok && i < n; i++) bytes_printf(&names, "%s%s", i ? "," : "", chosen[i]->name);
  assert_string_equal(ok ? bytes_text(&names) : diag_text(&why), expected);
  bytes_free(&names);
}

static void without_modes_the_base_is_the_mode(void **unused) {
  (void)unused;
  Config c = load("return { limits = {fuel = 100} }");
  assert_int_equal(c.nmodes, 1);
  assert_false(c.declared);
  const Mode *m = mode(&c, "base");
  assert_true(m->conditions.fuel == 100 && m->conditions.memory == 64u << 20);
  assert_true(m->conditions.seconds == 2 && m->conditions.channels == CHANNELS_ALL);
  assert_string_equal(m->output, ".oracle/base");
  assert_string_equal(m->ref.kind, "inproc");
  assert_true(strings_has(&m->input, "suite"));
  assert_chosen(&c, NULL, "base");
  config_free(&c);
}

static void declared_modes_replace_the_base(void **unused) {
  (void)unused;
  Config c = load("return { modes = { b = {}, a = {}, san = {default = false} } }");
  assert_true(c.declared);
  assert_chosen(&c, NULL, "a,b");
  assert_chosen(&c, "", "--mode '': names no mode");
  assert_chosen(&c, "base", "no mode 'base'; `oracle modes` lists them");
  config_free(&c);
}

static void modes_are_chosen_by_name_pattern_and_subtraction(void **unused) {
  (void)unused;
  Config c = load("return { modes = { dev = {}, gc = {}, ['san:a'] = {default = false},\n"
                  "  ['san:b'] = {default = false} } }");
  assert_chosen(&c, "gc,dev", "dev,gc");
  assert_chosen(&c, "san:*", "san:a,san:b");
  assert_chosen(&c, "dev,san:a", "dev,san:a");
  assert_chosen(&c, "-gc", "dev");
  assert_chosen(&c, "-gc,-dev", "no mode is left to run");
  assert_chosen(&c, "-gc,dev", "--mode '-gc,dev': adding and taking away do not mix");
  assert_chosen(&c, "san:c", "no mode 'san:c' (did you mean 'san:a'?)");
  assert_chosen(&c, "-dve", "no mode 'dve' (did you mean 'dev'?)");
  config_free(&c);
}

static void tables_merge_lists_replace_and_plus_appends(void **unused) {
  (void)unused;
  Config c = load("return { input = {'a'}, limits = {fuel = 7}, cand = {args = {'-x'}},\n"
                  "  modes = { keep = {}, other = {input = {'b'}, limits = {wall = '3s'}},\n"
                  "  plus = {['input+'] = {'b', '!c'}, cand = {['args+'] = {'-y'}}} } }");
  const Mode *keep = mode(&c, "keep"), *other = mode(&c, "other"), *plus = mode(&c, "plus");
  assert_true(keep->input.n == 1 && strings_has(&keep->input, "a"));
  assert_true(other->input.n == 1 && strings_has(&other->input, "b"));
  assert_true(other->conditions.fuel == 7 && other->conditions.seconds == 3);
  assert_int_equal(plus->input.n, 3);
  assert_string_equal(plus->input.at[2], "!c");
  assert_true(plus->cand.args.n == 2 && keep->cand.args.n == 1);
  const Data *limits = luadata_field(other->fields, "limits");
  assert_string_equal(luadata_field(limits, "wall")->origin, "mode");
  assert_string_equal(luadata_field(limits, "fuel")->origin, "base");
  assert_string_equal(luadata_field(limits, "mem")->origin, "default");
  config_free(&c);
}

static void a_mode_may_lie_in_a_file_of_its_own(void **unused) {
  (void)unused;
  Config c;
  Diag why;
  put("big.lua", "return { why = 'large',\n limits = { fuel = 9 } }");
  c = load("return { modes = { big = 'big.lua' } }");
  assert_true(mode(&c, "big")->conditions.fuel == 9);
  assert_string_equal(mode(&c, "big")->why, "large");
  config_free(&c);
  put("big.lua", "return {\n limits = { feul = 9 } }");
  assert_false(load_with(&c, "return { modes = { big = 'big.lua' } }", NULL, 0, &why));
  assert_string_equal(diag_text(&why),
                      "big.lua:2: limits.feul: unknown field (did you mean 'fuel'?)");
  config_free(&c);
  assert_false(load_with(&c, "return { modes = { big = 'none.lua' } }", NULL, 0, &why));
  assert_string_equal(diag_text(&why), "mode big: none.lua: No such file or directory");
  config_free(&c);
}

static void a_matrix_is_every_combination(void **unused) {
  (void)unused;
  Config c = load(
    "return { modes = { dev = {why = 'w', default = false} }, matrix = { san = { base = 'dev',\n"
    "  default = true, cross = { ['limits.fuel'] = {few = 1, many = 1000},\n"
    "  transform = {plain = 'none', hooks = 'hooks'} } } } }");
  assert_chosen(&c, NULL, "san:few-hooks,san:few-plain,san:many-hooks,san:many-plain");
  const Mode *m = mode(&c, "san:many-hooks");
  assert_true(m->conditions.fuel == 1000 && m->conditions.transform == TRANSFORM_HOOKS);
  assert_string_equal(m->why, "w");
  config_free(&c);
}

static void what_the_command_line_says_wins(void **unused) {
  (void)unused;
  static const Override o[] = {{"limits.fuel", "5", "--fuel"}, {"input+", "more", "--input"}};
  static const Override dotted[] = {{"preload.socket.core", "m.lua", "--preload"},
                                    {"env.A.B", "1", "--env"}};
  static const Override bad[] = {{"limits.fuel", "x", "--fuel"}};
  Config c;
  Diag why;
  const char *text = "return { modes = { a = {limits = {fuel = 9}} } }";
  assert_true(load_with(&c, text, o, 2, &why));
  const Mode *m = mode(&c, "a");
  assert_true(m->conditions.fuel == 5 && m->input.n == 2);
  assert_string_equal(luadata_field(luadata_field(m->fields, "limits"), "fuel")->origin, "--fuel");
  config_free(&c);
  put("m.lua", "return 1");
  assert_true(load_with(&c, text, dotted, 2, &why));
  m = mode(&c, "a");
  assert_string_equal(m->conditions.preloads[0].name, "socket.core");
  assert_string_equal(m->conditions.env.at[0], "A.B=1");
  config_free(&c);
  assert_false(load_with(&c, text, bad, 1, &why));
  assert_string_equal(diag_text(&why), "--fuel: limits.fuel: 'x' is not a count such as 5e7");
  config_free(&c);
}

static void a_folder_may_be_that_of_the_environment(void **unused) {
  (void)unused;
  static const char text[] = "return { folder = { path = 'none', variable = 'TEST_FOLDER', "
                             "file = 'all', build = 'make it' }, needs = { 'libs', 'shell' } }";
  Config c = load(text);
  const Mode *m = mode(&c, "base");
  assert_string_equal(m->conditions.folder, "none");
  Diag why = {0};
  assert_false(config_check_folder(m, m->folder_file, &why));
  assert_string_equal(diag_text(&why), "none has no file all; run: make it");
  assert_int_equal(m->conditions.needs, NEED_LIBS | NEED_SHELL);
  uint64_t hash = m->hash;
  config_free(&c);
  assert_int_equal(setenv("TEST_FOLDER", "/", 1), 0);
  c = load(text);
  assert_string_equal(mode(&c, "base")->conditions.folder, "/");
  assert_true(mode(&c, "base")->hash != hash);
  assert_true(config_check_folder(mode(&c, "base"), "etc/passwd", &why));
  config_free(&c);
  unsetenv("TEST_FOLDER");
}

static void what_is_not_understood_names_file_line_and_field(void **unused) {
  (void)unused;
  static const char *const rows[][2] = {
    {"return {\n limitz = {} }", "oracle.lua:2: limitz: unknown field (did you mean 'limits'?)"},
    {"return {\n limits = {\n feul = 1 } }",
     "oracle.lua:3: limits.feul: unknown field (did you mean 'fuel'?)"},
    {"return {\n limits = { fuel = 'x' },\n modes = { a = {} } }",
     "oracle.lua:2: limits.fuel: 'x' is not a count such as 5e7"},
    {"return { modes = {\n gc = {\n limits = { wall = '1d' } } } }",
     "oracle.lua:3: modes.gc.limits.wall: '1d' is not a time such as 2s"},
    {"return { limits = { mem = true } }",
     "oracle.lua:1: limits.mem: a boolean is not a size such as 64M"},
    {"return { limits = { processes = 0 } }",
     "oracle.lua:1: limits.processes: 0 is not between 1 and 10000"},
    {"return { input = 'x' }", "oracle.lua:1: input: 'x' is not a list of texts"},
    {"return { input = {1} }", "oracle.lua:1: input: a number is not a text"},
    {"return { ['input+'] = 'x' }", "oracle.lua:1: input+: 'x' is not a list of texts"},
    {"return { ['limits+'] = { fuel = 1 } }",
     "oracle.lua:1: limits+: unknown field (did you mean 'limits'?)"},
    {"return { 'x' }", "oracle.lua: has a value without a name"},
    {"return { modes = { a = {},\n a = {} } }", "oracle.lua:2: 'a' comes twice"},
    {"return { default = 1 }", "oracle.lua:1: default: a number is not true or false"},
    {"return { channels = {'stdot'} }", "oracle.lua:1: channels: unknown channel 'stdot'"},
    {"return { channels = {} }", "oracle.lua:1: channels: needs at least one channel"},
    {"return { transform = 'x' }",
     "oracle.lua:1: transform: 'x' is not one of none, hooks, dump, coroutine"},
    {"return { cand = { engine = 'exec' } }",
     "oracle.lua:1: cand: engine \"exec\" needs cmd = a lua program"},
    {"return { cand = { engine = 'wasm' } }",
     "oracle.lua:1: cand.engine: 'wasm' is not one of inproc, exec"},
    {"return { cand = { slowness = 0 } }",
     "oracle.lua:1: cand.slowness: 0 is not between 1 and 1000"},
    {"return { cand = { perturbation = 4 } }",
     "oracle.lua:1: cand.perturbation: 4 is not between 0 and 3"},
    {"return { env = { 'A=1' } }", "oracle.lua:1: env: is not a table NAME = text"},
    {"return { preload = { m = 'none.lua' } }",
     "oracle.lua:1: preload: no such file: 'none.lua'"},
    {"return { dirs = { 'x' } }",
     "oracle.lua:1: dirs: 'x' is not HOST::GUEST, GUEST a relative path"},
    {"return { dirs = { '.::../x' } }",
     "oracle.lua:1: dirs: '.::../x' is not HOST::GUEST, GUEST a relative path"},
    {"return { dirs = { 'none::x' } }", "oracle.lua:1: dirs: no such folder: 'none'"},
    {"return { folder = 'x' }", "oracle.lua:1: folder: 'x' is not a table"},
    {"return { folder = {} }", "oracle.lua:1: folder: needs a path"},
    {"return { folder = { pth = 'x' } }",
     "oracle.lua:1: folder.pth: unknown field (did you mean 'path'?)"},
    {"return { needs = { 'lib' } }", "oracle.lua:1: needs: unknown need 'lib'"},
    {"return { modes = { base = {} } }", "oracle.lua:1: modes.base: this name is taken"},
    {"return { modes = { ['a b'] = {} } }",
     "oracle.lua:1: modes.a b: is not a name for a mode"},
    {"return { modes = { a = 1 } }",
     "oracle.lua:1: modes.a: a mode is a table, or the name of a file"},
    {"return { modes = { {} } }", "oracle.lua:1: modes: has a value without a name"},
    {"return { modes = { a = { modes = {} } } }",
     "oracle.lua:1: modes.a: a mode has no modes of its own"},
    {"return { matrix = { m = { base = 'x', cross = { env = { a = {} } } } } }",
     "oracle.lua:1: matrix.m.base: no mode 'x'"},
    {"return { matrix = { m = {} } }", "oracle.lua:1: matrix.m.cross: needs at least one axis"},
    {"return { matrix = { m = { cross = { env = {'a'} } } } }",
     "oracle.lua:1: matrix.m.cross: an axis is [\"field.path\"] = { label = value, ... }"},
    {"return { modes = { f = 'f.lua' }, matrix = { m = { base = 'f',\n"
     "cross = { env = { a = {} } } } } }",
     "oracle.lua:1: matrix.m.base: mode 'f' is not a table in this file"},
    {"return { modes = { ['m:a-b'] = {} },\n matrix = { m = {\n"
     "cross = { invoke = { a = 'x' }, transform = { b = 'dump' } } } } }",
     "oracle.lua:3: matrix.m.cross: makes mode 'm:a-b' again"},
    {"return { matrix = {\n m = { cross = { invoke = { a = 'x', ['a-a'] = 'y' },\n"
     "  transform = { ['a-b'] = 'dump', b = 'none' } } } } }",
     "oracle.lua:2: matrix.m.cross: makes mode 'm:a-a-b' again"},
    {"return 1", "oracle.lua: returns a number, not a table"},
    {"return {", "oracle.lua:1: unexpected symbol near '<eof>'"},
    {"return { input = print() }", "oracle.lua:1: attempt to call global 'print' (a nil value)"},
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    Config c;
    Diag why;
    assert_false(load_with(&c, rows[i][0], NULL, 0, &why));
    assert_string_equal(diag_text(&why), rows[i][1]);
    assert_int_equal(why.status, EXIT_USAGE);
    config_free(&c);
  }
}

static void the_nearest_file_above_is_taken_or_none(void **unused) {
  (void)unused;
  Config c;
  Diag why = {0};
  put("oracle.lua", "return { why = 'found' }");
  assert_true(path_make_folder("deep/er", &why));
  assert_int_equal(chdir("deep/er"), 0);
  assert_true(config_load(&c, NULL, BUILTIN, NULL, 0, &why));
  assert_string_equal(mode(&c, "base")->why, "found");
  assert_string_equal(path_base(c.path), "oracle.lua");
  char *here = getcwd(NULL, 0);
  assert_string_equal(here, c.top);
  free(here);
  config_free(&c);
  assert_int_equal(unlink("oracle.lua"), 0);
  assert_true(config_load(&c, NULL, BUILTIN, NULL, 0, &why));
  assert_string_equal(c.path, "");
  config_free(&c);
  assert_false(config_load(&c, "none.lua", BUILTIN, NULL, 0, &why));
  assert_string_equal(diag_text(&why), "none.lua: no such file");
  config_free(&c);
}

static void the_hash_is_of_what_can_change_a_verdict(void **unused) {
  (void)unused;
  Config c = load("return { modes = { a = {}, b = {limits = {fuel = 1}},\n"
                  "  c = {transform = 'dump'}, d = {why = 'w', input = {'x'}, default = false,\n"
                  "  exclude = 'tag(x)'} } }");
  assert_true(mode(&c, "a")->hash == mode(&c, "d")->hash);
  assert_true(mode(&c, "a")->hash != mode(&c, "b")->hash);
  assert_true(mode(&c, "a")->hash != mode(&c, "c")->hash);
  config_free(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(without_modes_the_base_is_the_mode),
    cmocka_unit_test(declared_modes_replace_the_base),
    cmocka_unit_test(modes_are_chosen_by_name_pattern_and_subtraction),
    cmocka_unit_test(tables_merge_lists_replace_and_plus_appends),
    cmocka_unit_test(a_mode_may_lie_in_a_file_of_its_own),
    cmocka_unit_test(a_matrix_is_every_combination),
    cmocka_unit_test(what_the_command_line_says_wins),
    cmocka_unit_test(a_folder_may_be_that_of_the_environment),
    cmocka_unit_test(what_is_not_understood_names_file_line_and_field),
    cmocka_unit_test(the_nearest_file_above_is_taken_or_none),
    cmocka_unit_test(the_hash_is_of_what_can_change_a_verdict),
  };
  return cmocka_run_group_tests(tests, enter_folder, remove_folder);
}
