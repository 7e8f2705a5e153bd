/* test_boxfile.c -- files of a sandbox: what is below its directory can be reached, and nothing else. */
#define _GNU_SOURCE /* renameat2 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "include/lua_limits.h"
#include "support/harness.h"

/* root/secret, and the sandbox's root/box with what a hostile neighbour might put there. */
static char root[] = "/tmp/test_boxfile_XXXXXX";

static const char *at(const char *name) {
  static char path[2][200];
  static int turn;
  turn = !turn;
  snprintf(path[turn], sizeof path[turn], "%s/%s", root, name);
  return path[turn];
}

static void put(const char *name, const char *text) {
  FILE *f = fopen(at(name), "w");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
}

static int make_tree(void **unused) {
  (void)unused;
  if (mkdtemp(root) == NULL) return -1;
  mkdir(at("box"), 0700);
  mkdir(at("box/dir"), 0700);
  put("secret", "the secret\n");
  put("box/file", "one\ntwo\n");
  put("box/dir/inner", "inner\n");
  put("box/chunk.lua", "# a comment\nreturn 'loaded', ...\n");
  put("box/wrong.lua", "\nx = = 1\n");
  put("box/binary.lua", "# comment\n\033LuaQ");
  int status = symlink("../secret", at("box/link")) | symlink("..", at("box/up")) |
               symlink("file", at("box/alias")) | symlink("/", at("box/dir/root")) |
               mkfifo(at("box/fifo"), 0600);
  return status;
}

static int remove_tree(void **unused) {
  char command[100];
  (void)unused;
  snprintf(command, sizeof command, "rm -rf '%s'", root);
  return system(command);
}

static lua_State *open_box(unsigned can, TestHeap *heap) {
  const plx_Grants grants = {.can = can | PLX_CAN_COMPUTE, .dir = at("box"), .max_files = 4};
  lua_State *L = test_state(heap);
  plx_openlibs(L, &grants);
  return L;
}

static void files_below_can_be_read(void **unused) {
  (void)unused;
  TestHeap heap = {0};
  lua_State *L = open_box(0, &heap);
  test_expect(L, "io.open('file'):read('*a')", "one\ntwo\n");
  test_expect(L, "io.open('dir/inner', 'rb'):read()", "inner");
  test_expect(L, "io.open('./dir//.///inner'):read()", "inner");
  test_run(L, "local s = '' for line in io.lines('file') do s = s .. line .. ';' end\n"
              "assert(s == 'one;two;')\n"
              "local f = assert(io.open('file')) assert(io.type(f) == 'file')\n"
              "assert(f:seek('end') == 8 and f:seek('set', 4) == 4 and f:read() == 'two')\n"
              "assert(f:close() == true and io.type(f) == 'closed file' and tostring(f) == 'file (closed)')\n"
              "assert(not pcall(f.read, f) and not pcall(f.close, f))\n"
              "f = io.open('file') assert(tostring(f) == 'file' and getmetatable(f) == false)\n"
              "for line in f:lines() do end assert(io.close(f))\n"
              "local ok, message = pcall(io.lines, 'none')\n"
              "assert(message:find('none: No such file or directory', 1, true))", 0);
  test_close(L, &heap);
}

static void nothing_outside_is_reached(void **unused) {
  (void)unused;
  static const char *const names[] = {"../secret", "dir/../../secret", "..", "dir/..", "link", "up/secret",
                                      "dir/root/etc/passwd", "/etc/passwd", "//etc/passwd", "alias",
                                      "./../secret", "up", "dir/root"};
  lua_State *L = open_box(PLX_CAN_WRITE | PLX_CAN_LOAD, NULL);
  for (size_t i = 0; i < ROWS(names); i++) {
    static const char *const forms[][2] = {
        {"io.open('%s')", "io.read"},       {"io.open('%s', 'w')", "io.write"},
        {"io.open('%s', 'a+')", "io.write"}, {"io.lines('%s')", "io.read"},
        {"loadfile('%s')", "io.read"},       {"dofile('%s')", "io.read"}};
    for (size_t k = 0; k < ROWS(forms); k++) {
      char source[100], expected[200];
      snprintf(source, sizeof source, forms[k][0], names[i]);
      snprintf(expected, sizeof expected, "capability '%s' is not granted for '%s'", forms[k][1],
               names[i]);
      const char *message = test_error(L, source);
      if (strstr(message, expected) == NULL) fail_msg("%s: %s", source, message);
      lua_settop(L, 0);
    }
  }
  FILE *secret = fopen(at("secret"), "r");
  char text[20];
  assert_non_null(fgets(text, sizeof text, secret));
  assert_string_equal(text, "the secret\n");
  fclose(secret);
  lua_close(L);
}

static void only_regular_files_are_opened(void **unused) {
  (void)unused;
  lua_State *L = open_box(PLX_CAN_WRITE, NULL);
  test_expect(L, "io.open('fifo')", "nil fifo: Permission denied 13"); /* and does not block */
  test_expect(L, "io.open('fifo', 'w')", "nil fifo: Permission denied 13");
  test_expect(L, "io.open('dir')", "nil dir: Is a directory 21");
  test_expect(L, "io.open('.')", "nil .: Is a directory 21");
  test_expect(L, "io.open('none')", "nil none: No such file or directory 2");
  test_expect(L, "io.open('')", "nil : No such file or directory 2");
  test_expect(L, "io.open('file/')", "nil file/: Not a directory 20");
  test_expect(L, "io.open('file/x')", "nil file/x: Not a directory 20");
  test_expect(L, "io.open('none/x', 'w')", "nil none/x: No such file or directory 2");
  test_expect(L, "select(3, io.open(('x'):rep(300)))", "36");
  test_expect(L, "select(3, io.open(('x/'):rep(3000)))", "36");
  test_expect(L, "select(3, io.open('file', 'q')), select(3, io.open('file', 'rw'))", "22 22");
  test_expect(L, "select(3, io.open('file', '')), select(3, io.open('file', 'r++'))", "22 22");
  lua_close(L);
}

static void writing_is_a_capability_of_its_own(void **unused) {
  (void)unused;
  lua_State *L = open_box(0, NULL);
  static const char *const modes[] = {"w", "a", "r+", "w+", "a+", "wb", "r+b", "rb+"};
  for (size_t i = 0; i < ROWS(modes); i++) {
    char source[100];
    snprintf(source, sizeof source, "io.open('file', '%s')", modes[i]);
    assert_non_null(strstr(test_error(L, source), "capability 'io.write' is not granted for 'file'"));
    lua_settop(L, 0);
  }
  test_expect(L, "io.open('file'):write('x')", "nil Bad file descriptor 9");
  lua_close(L);
  L = open_box(PLX_CAN_WRITE, NULL);
  test_run(L, "local f = assert(io.open('new', 'w')) f:write('a', 1, 'b\\n') f:close()\n"
              "f = io.open('new', 'a') f:write('more') f:close()\n"
              "assert(io.open('new'):read('*a') == 'a1b\\nmore')\n"
              "f = io.open('new', 'r+') f:write('A') f:seek('set', 0) assert(f:read(2) == 'A1') f:close()\n"
              "f = io.open('new', 'w+b') assert(f:read('*a') == '') f:write('xyz') f:close()\n"
              "assert(io.open('new'):read('*a') == 'xyz')\n"
              "f = io.open('dir/other', 'wb') f:setvbuf('no') f:write('1') f:close()", 0);
  struct stat st;
  assert_int_equal(stat(at("box/dir/other"), &st), 0);
  assert_int_equal(st.st_size, 1);
  lua_close(L);
}

static void chunks_are_loaded_from_below(void **unused) {
  (void)unused;
  lua_State *L = open_box(PLX_CAN_LOAD, NULL);
  test_expect(L, "dofile('chunk.lua')", "loaded");
  test_expect(L, "loadfile('chunk.lua')(1, 2)", "loaded 1 2");
  test_expect(L, "loadfile('wrong.lua')", "nil wrong.lua:2: unexpected symbol near '='");
  test_expect(L, "loadfile('none')", "nil cannot open none: No such file or directory");
  test_expect(L, "loadfile('binary.lua')", "nil capability 'bytecode' is not granted");
  test_expect(L, "pcall(dofile, 'wrong.lua')", "false wrong.lua:2: unexpected symbol near '='");
  assert_non_null(strstr(test_error(L, "dofile()"), "'io.read' is not granted for 'stdin'"));
  assert_non_null(strstr(test_error(L, "loadfile()"), "'io.read' is not granted for 'stdin'"));
  assert_non_null(strstr(test_error(L, "io.lines()"), "'io.read' is not granted for 'stdin'"));
  lua_close(L);
}

static void so_many_files_are_open_at_a_time(void **unused) {
  (void)unused;
  lua_State *L = open_box(PLX_CAN_COLLECT | PLX_CAN_LOAD, NULL);
  test_run(L, "files = {} for i = 1, 4 do files[i] = assert(io.open('file')) end", 0);
  test_expect(L, "io.open('file')", "nil file: Too many open files 24");
  test_expect(L, "loadfile('chunk.lua')", "nil cannot open chunk.lua: Too many open files");
  test_run(L, "files[1]:close()", 0);
  test_expect(L, "loadfile('chunk.lua')()", "loaded");
  test_run(L, "for line in io.lines('file') do end for line in io.lines('file') do end", 0);
  test_run(L, "files = nil collectgarbage() collectgarbage()\n"
              "for i = 1, 100 do assert(io.open('file')):close() end\n"
              "for i = 1, 100 do pcall(io.lines, 'none') end\n"
              "assert(io.open('file'))", 0);
  lua_close(L);
}

/* The directory is what it was when the state was made, whatever its name leads to now. */
static void the_directory_is_held_open(void **unused) {
  (void)unused;
  lua_State *L = open_box(0, NULL);
  char moved[200];
  snprintf(moved, sizeof moved, "%s", at("moved"));
  assert_int_equal(rename(at("box"), moved), 0);
  assert_int_equal(symlink(root, at("box")), 0);
  test_expect(L, "io.open('file'):read()", "one");
  test_expect(L, "io.open('secret')", "nil secret: No such file or directory 2");
  lua_close(L);
  assert_int_equal(unlink(at("box")), 0);
  assert_int_equal(rename(moved, at("box")), 0);
}

static int open_with(lua_State *L) {
  plx_openlibs(L, lua_touserdata(L, 1));
  return 0;
}

static void a_directory_that_is_none_is_an_error(void **unused) {
  (void)unused;
  const plx_Grants rows[] = {{.dir = "/nonexistent"}, {.dir = at("secret")}, {.dir = ""}};
  for (size_t i = 0; i < ROWS(rows); i++) {
    TestHeap heap = {0};
    lua_State *L = test_state(&heap);
    assert_int_equal(lua_cpcall(L, open_with, (void *)(uintptr_t)&rows[i]), LUA_ERRRUN);
    test_close(L, &heap);
  }
}

/* A neighbour exchanges a file and a link, and a directory and a link, all the time. */
static void races_are_lost_by_the_attacker(void **unused) {
  (void)unused;
  put("box/victim", "harmless\n");
  mkdir(at("box/way"), 0700);
  put("box/way/secret", "harmless\n");
  const pid_t parent = getpid(), child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    char link[200], file[200], way[200], up[200];
    snprintf(link, sizeof link, "%s", at("box/.link"));
    snprintf(file, sizeof file, "%s", at("box/victim"));
    snprintf(way, sizeof way, "%s", at("box/way"));
    snprintf(up, sizeof up, "%s", at("box/up"));
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failing test leaves nobody behind */
    alarm(60);
    if (symlink("../secret", link) != 0) _exit(1);
    while (getppid() == parent) {
      renameat2(AT_FDCWD, link, AT_FDCWD, file, RENAME_EXCHANGE);
      renameat2(AT_FDCWD, way, AT_FDCWD, up, RENAME_EXCHANGE);
    }
  }
  lua_State *L = open_box(PLX_CAN_WRITE, NULL);
  test_run(L, "read, refused = 0, 0\n"
              "for i = 1, 4000 do\n"
              "  for _, name in ipairs {'victim', 'way/secret'} do\n"
              "    local ok, f = pcall(io.open, name, i % 2 == 0 and 'r' or 'r+')\n"
              "    if ok and f then\n"
              "      read = read + 1 assert(f:read() == 'harmless') f:close()\n"
              "    else refused = refused + 1 end\n"
              "  end\n"
              "end", 0);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  test_expect(L, "read > 0, read + refused", "true 8000");
  lua_close(L);
  for (int i = 0; i < 2; i++) { /* whichever way round they are now */
    unlink(at(i == 0 ? "box/way" : "box/up"));
    unlink(at(i == 0 ? "box/victim" : "box/.link"));
  }
}

static void reading_is_work(void **unused) {
  (void)unused;
  char path[200];
  snprintf(path, sizeof path, "%s", at("box/white"));
  FILE *f = fopen(path, "w");
  for (int i = 0; i < 200000; i++) fputc(' ', f);
  fclose(f);
  lua_State *L = open_box(PLX_CAN_WRITE, NULL);
  static const char *const rows[] = {
      "while true do io.open('file') end",
      "while true do io.open('none') end",
      "local f = io.open('white') while true do f:seek('set') f:read('*n') end",
      "local f = io.open('white') while true do f:seek('set') f:read('*a') end",
      "local f = io.open('white') while true do f:seek('set') f:read('*l') end",
      "while true do for line in io.lines('white') do end end",
      "local f, s = io.open('white', 'w'), ('x'):rep(5000) while true do f:seek('set') f:write(s) end",
      "while true do pcall(io.open, ('./'):rep(1000)) end",
  };
  for (size_t i = 0; i < ROWS(rows); i++) {
    plx_setlimit(L, PLX_WORK, 500000);
    assert_int_equal(luaL_loadstring(L, rows[i]), 0);
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_ERRRUN);
    if (!plx_exceeded(L, PLX_WORK)) fail_msg("%s: %s", rows[i], lua_tostring(L, -1));
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT, 0);
  }
  lua_close(L);
}

int main(void) {
  const struct CMUnitTest files[] = {
      cmocka_unit_test(files_below_can_be_read),
      cmocka_unit_test(nothing_outside_is_reached),
      cmocka_unit_test(only_regular_files_are_opened),
      cmocka_unit_test(writing_is_a_capability_of_its_own),
      cmocka_unit_test(chunks_are_loaded_from_below),
      cmocka_unit_test(so_many_files_are_open_at_a_time),
      cmocka_unit_test(the_directory_is_held_open),
      cmocka_unit_test(a_directory_that_is_none_is_an_error),
      cmocka_unit_test(races_are_lost_by_the_attacker),
      cmocka_unit_test(reading_is_work),
  };
  return cmocka_run_group_tests(files, make_tree, remove_tree);
}
