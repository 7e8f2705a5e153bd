/* test_room.c -- a case in this process has a directory only if it looks. */
#include "engine/room.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/path.h"
#include "seen.h"

static Room *room;
static char home[4096];

static int open_room(void **unused) {
  (void)unused;
  Diag why = {0};
  room = room_open(&why);
  return room && getcwd(home, sizeof home) ? 0 : -1;
}

static int close_room(void **unused) {
  (void)unused;
  room_close(room);
  return 0;
}

static const char *find(const char *guest, bool only_reads) {
  Diag why = {0};
  const char *name = "?";
  if (!room_find(room, guest, only_reads, &name, &why)) fail_msg("%s", diag_text(&why));
  return name;
}

static bool is_home(void) {
  char now[4096];
  assert_non_null(getcwd(now, sizeof now));
  return strcmp(now, home) == 0;
}

static void leave(void) {
  Diag why = {0};
  if (!room_leave(room, &why)) fail_msg("%s", diag_text(&why));
  assert_true(is_home());
}

static void what_cannot_exist_needs_no_directory(void **unused) {
  (void)unused;
  static const Conditions none;
  CaseFile file = {(char *)"data/a.txt", {0}};
  Case item = plain_case();
  item.files = &file;
  item.nfiles = 1;
  room_assign(room, &item, &none);
  assert_null(find("missing", true));
  assert_null(find("./missing.lua", true));
  assert_null(find("data/b.txt", true));
  assert_string_equal(find("/etc/passwd", true), "/etc/passwd");
  assert_true(is_home());
  leave();
}

static void what_may_exist_is_made_and_entered(void **unused) {
  (void)unused;
  static const Conditions none;
  CaseFile file = {(char *)"data/a.txt", bytes_of("A")};
  const char *const names[] = {"data/a.txt", "./case.lua", "data", ".", "x/../data", "data/"};
  for (size_t i = 0; i < ROWS(names); i++) {
    Case item = plain_case();
    set_chunk(&item, "return 1");
    item.files = &file;
    item.nfiles = 1;
    room_assign(room, &item, &none);
    assert_string_equal(find(names[i], true), names[i]);
    assert_false(is_home());
    assert_int_equal(access("data/a.txt", R_OK), 0);
    assert_int_equal(access("case.lua", R_OK), 0);
    assert_string_equal(find("missing", true), "missing");
    leave();
    bytes_free(&item.chunk);
  }
  bytes_free(&file.data);
}

static void what_a_run_wrote_is_gone_in_the_next(void **unused) {
  (void)unused;
  static const Conditions none;
  Case item = plain_case();
  room_assign(room, &item, &none);
  FILE *f = fopen(find("made", false), "w");
  assert_non_null(f);
  fclose(f);
  leave();
  room_assign(room, &item, &none);
  find("other", false);
  assert_int_equal(access("made", F_OK), -1);
  leave();
}

static void its_own_absolute_name_is_the_directory(void **unused) {
  (void)unused;
  static const Conditions none;
  Case item = plain_case();
  room_assign(room, &item, &none);
  char *name = path_join(room_place(room)->cwd, "case.lua");
  find(name, true);
  assert_false(is_home());
  assert_int_equal(access(name, R_OK), 0);
  free(name);
  leave();
}

static void temporary_names_are_counted_and_kept_apart(void **unused) {
  (void)unused;
  static const Conditions none;
  Case item = plain_case();
  for (int round = 0; round < 2; round++) {
    char first[] = "/tmp/lua_XXXXXX", second[] = "/tmp/lua_XXXXXX", wrong[] = "/tmp/lua_XXX";
    room_assign(room, &item, &none);
    int a = room_make_temporary(room, first), b = room_make_temporary(room, second);
    assert_true(a >= 0 && b >= 0);
    close(a);
    close(b);
    assert_string_equal(first, "/tmp/lua_000000");
    assert_string_equal(second, "/tmp/lua_000001");
    assert_int_equal(access(find(first, true), R_OK), 0);
    assert_int_equal(access(first, F_OK), -1);
    assert_int_equal(room_make_temporary(room, wrong), -1);
    assert_int_equal(errno, EINVAL);
    assert_true(is_home());
    leave();
  }
}

static void mounts_are_there(void **unused) {
  (void)unused;
  Mount mount = {(char *)"/etc", (char *)"given/etc"};
  Conditions c = {.mounts = &mount, .nmounts = 1};
  Case item = plain_case();
  room_assign(room, &item, &c);
  assert_string_equal(find("given/etc/passwd", true), "given/etc/passwd");
  assert_int_equal(access("given/etc/passwd", R_OK), 0);
  leave();
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_cannot_exist_needs_no_directory),
    cmocka_unit_test(what_may_exist_is_made_and_entered),
    cmocka_unit_test(what_a_run_wrote_is_gone_in_the_next),
    cmocka_unit_test(its_own_absolute_name_is_the_directory),
    cmocka_unit_test(temporary_names_are_counted_and_kept_apart),
    cmocka_unit_test(mounts_are_there),
  };
  return cmocka_run_group_tests(tests, open_room, close_room);
}
