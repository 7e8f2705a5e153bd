/* test_heapcheck.c -- heap_check accepts a sound heap, and notices each way to break one. */
#include "gc/heapcheck.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gc/gc.h"
#include "heap/slot.h"
#include "object/str.h"
#include "object/tab.h"
#include "object/udata.h"
#include "object/upval.h"
#include "support/harness.h"

/* ---- Ways to break a heap: each gets a state with a table at index 1 ------------------------ */

static Table *first_table(lua_State *L) { return val_table(*L->ci->base); }

static void lose_a_byte(lua_State *L) { G(L)->total_bytes--; }
static void miscount_strings(lua_State *L) { G(L)->strings.nstrings++; }
static void change_a_text(lua_State *L) { str_literal(L, "constant")->data[0] = 'C'; }
static void keep_a_mark(lua_State *L) { first_table(L)->marked ^= MARK_BLACK | heap_white(G(L)); }
static void paint_it_twice(lua_State *L) { first_table(L)->marked |= MARK_BLACK; }
static void kill_what_is_used(lua_State *L) { first_table(L)->marked ^= MARK_WHITES; }
static void pull_a_frame_out_of_its_stack(lua_State *L) {
  L->ci->top = L->stack + L->size_stack + 1;
}
static void break_the_ring(lua_State *L) {
  upval_find(L, L->ci->base)->u.open.next->u.open.prev = NULL;
}
static void list_userdata_among_the_others(lua_State *L) {
  Udata *u = udata_new(L, 1, NULL);
  G(L)->main_thread->next = u->next;
  u->next = G(L)->objects;
  G(L)->objects = OBJ(u);
}
static void put_a_key_in_two_places(lua_State *L) {
  Table *t = first_table(L);
  tab_set_str(L, t, str_literal(L, "a"), VAL_TRUE);
  tab_set_str(L, t, str_literal(L, "b"), VAL_TRUE);
  for (uint32_t i = 0; i < table_nnodes(t); i++)
    t->node[i].key = val_from_string(str_literal(L, "a"));
}
/* A store without a barrier. */
static void hide_a_white_object_behind_a_black_one(lua_State *L) {
  Table *t = first_table(L), *child = tab_new(L, 0, 0);
  tab_resize(L, t, 1, 0);
  gc_begin_full(L);
  while (G(L)->grey != NULL) {
    ptrdiff_t one = 1;
    gc_work(L, &one);
  }
  slot_init(&t->array[0], val_from_table(child));
}
static void drop_a_grey_object(lua_State *L) {
  gc_begin_full(L);
  G(L)->grey = NULL;
}

/* What the child process prints while `breaks` is checked goes to `report`; true if it aborted. */
static bool is_noticed(void (*breaks)(lua_State *), char *report, size_t size) {
  int ends[2];
  report[0] = '\0';
  if (pipe(ends) != 0) return false;
  fflush(NULL);
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGABRT, SIG_DFL);
    dup2(ends[1], STDERR_FILENO);
    lua_State *L = luaL_newstate();
    lua_gc(L, LUA_GCSTOP, 0);
    lua_newtable(L);
    lua_pushliteral(L, "constant");
    lua_gc(L, LUA_GCCOLLECT, 0);
    lua_gc(L, LUA_GCSTOP, 0);
    heap_check(L);
    if (breaks == NULL) _exit(0);
    breaks(L);
    heap_check(L);
    _exit(0);
  }
  close(ends[1]);
  size_t used = 0;
  for (ssize_t n; (n = read(ends[0], report + used, size - 1 - used)) > 0;) used += (size_t)n;
  report[used] = '\0';
  close(ends[0]);
  int status;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void a_sound_heap_passes(void **unused) {
  (void)unused;
  char report[4096];
  assert_false(is_noticed(NULL, report, sizeof report));
  assert_string_equal(report, "");
}

static void each_damage_is_named(void **unused) {
  (void)unused;
  static const struct {
    void (*breaks)(lua_State *);
    const char *rule;
  } rows[] = {
    {lose_a_byte, "do not add up"},
    {miscount_strings, "number of strings is wrong"},
    {change_a_text, "a string's text changed"},
    {keep_a_mark, "kept its mark"},
    {paint_it_twice, "two colours"},
    {kill_what_is_used, "dead though nothing is being swept"},
    {pull_a_frame_out_of_its_stack, "a frame is outside the stack"},
    {break_the_ring, "the ring of open upvalues is broken"},
    {list_userdata_among_the_others, "userdata and others are mixed"},
    {put_a_key_in_two_places, "a key is not found where it is"},
    {hide_a_white_object_behind_a_black_one, "a black object refers to a white one"},
    {drop_a_grey_object, "a grey object is in no queue"},
  };
  char report[4096];
  for (size_t i = 0; i < ROWS(rows); i++) {
    if (!is_noticed(rows[i].breaks, report, sizeof report)) fail_msg("row %zu is not noticed", i);
    if (strstr(report, rows[i].rule) == NULL) fail_msg("row %zu: %s", i, report);
  }
}

static void the_report_has_the_path_from_a_root(void **unused) {
  (void)unused;
  char report[4096];
  assert_true(is_noticed(hide_a_white_object_behind_a_black_one, report, sizeof report));
  assert_non_null(strstr(report, "which is the array 1 of table"));
  assert_non_null(strstr(report, "which is the main thread of the state"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_sound_heap_passes),
    cmocka_unit_test(each_damage_is_named),
    cmocka_unit_test(the_report_has_the_path_from_a_root),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
