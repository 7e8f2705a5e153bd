/* test_heapcheck.c -- heap_check accepts a sound heap, and notices each way to break one. */
#include "gc/heapcheck.h"

#include <stdlib.h>
#include <string.h>

#include "gc/gc.h"
#include "heap/slot.h"
#include "object/meta.h"
#include "object/str.h"
#include "object/tab.h"
#include "object/udata.h"
#include "object/upval.h"
#include "support/child.h"
#include "support/harness.h"

/* ---- Ways to break a heap: each gets a state, between two cycles, with a table at index 1 ---- */

static Table *first_table(lua_State *L) { return val_table(*L->ci->base); }

/* References. */
static void refer_to_no_object(lua_State *L) {
  static GCObject stranger = {.tt = 200};
  ref_init(&first_table(L)->metatable, (Table *)&stranger);
}
static void refer_to_another_kind(lua_State *L) {
  ref_init(&first_table(L)->metatable, (Table *)udata_new(L, 1, NULL));
}
static void tag_a_value_wrongly(lua_State *L) {
  *L->ci->base = val_tagged(first_table(L), OBJ_USERDATA);
}
static void let_a_root_die(lua_State *L) {
  Table *t = tab_new(L, 0, 0);
  G(L)->gc_phase = GC_SWEEP;
  t->marked ^= MARK_WHITES;
  ref_init(&G(L)->metatables[LUA_TNUMBER], t);
}
static void kill_what_is_used(lua_State *L) {
  G(L)->gc_phase = GC_SWEEP;
  first_table(L)->marked ^= MARK_WHITES;
}
static void mark_all(lua_State *L) {
  gc_begin_full(L);
  while (G(L)->grey != NULL) {
    ptrdiff_t one = 1;
    gc_work(L, &one);
  }
}
/* A store without a barrier. */
static void hide_a_white_object_behind_a_black_one(lua_State *L) {
  Table *t = first_table(L), *child = tab_new(L, 0, 0);
  tab_resize(L, t, 1, 0);
  mark_all(L);
  slot_init(&t->array[0], val_from_table(child));
}
static void hide_it_behind_a_userdata(lua_State *L) {
  Udata *u = udata_new(L, 1, NULL);
  *L->top++ = val_from_udata(u);
  Table *meta = tab_new(L, 0, 0);
  mark_all(L);
  ref_init(&u->metatable, meta);
}

/* Colours. */
static void keep_a_mark(lua_State *L) { first_table(L)->marked ^= MARK_BLACK | heap_white(G(L)); }
static void paint_it_twice(lua_State *L) { first_table(L)->marked |= MARK_BLACK; }
static void die_between_cycles(lua_State *L) { first_table(L)->marked ^= MARK_WHITES; }
static void keep_the_mark_of_an_upvalue(lua_State *L) {
  upval_find(L, L->ci->base)->marked &= (uint8_t)~MARK_WHITES;
}
static void blacken_an_open_upvalue(lua_State *L) {
  upval_find(L, L->ci->base)->marked = MARK_BLACK;
}
static void leave_a_closed_upvalue_grey(lua_State *L) {
  UpVal *uv = upval_new(L);
  gc_begin_full(L);
  uv->marked &= (uint8_t)~MARK_WHITES;
}

/* Tables. */
static Node *node_of(lua_State *L, const char *key) {
  Table *t = first_table(L);
  tab_resize(L, t, 0, 4);
  TValue name = val_from_string(str_from_c(L, key));
  tab_set(L, t, name, VAL_TRUE);
  return &t->node[tab_main_position(t, name)];
}
static void promise_an_array(lua_State *L) { first_table(L)->narray = 1; }
static void miscount_nodes(lua_State *L) {
  node_of(L, "a");
  first_table(L)->log2_nodes++;
}
static void move_the_free_pointer_up(lua_State *L) {
  node_of(L, "a");
  first_table(L)->last_free = 5;
}
static void move_the_free_pointer_down(lua_State *L) {
  node_of(L, "a");
  first_table(L)->last_free = 0;
}
static void leave_the_nodes(lua_State *L) { node_of(L, "a")->next = -1000; }
static void chain_a_free_node(lua_State *L) {
  Node *used = node_of(L, "a");
  used->next = used == first_table(L)->node ? 1 : -1;
}
static void chain_in_a_circle(lua_State *L) {
  Table *t = first_table(L);
  tab_resize(L, t, 0, 2);
  tab_set_str(L, t, str_literal(L, "a"), VAL_TRUE);
  tab_set_str(L, t, str_literal(L, "b"), VAL_TRUE);
  t->node[0].next = 1;
  t->node[1].next = -1;
}
static void lose_a_key(lua_State *L) { node_of(L, "a")->key = VAL_NIL; }
static void let_a_key_die(lua_State *L) {
  Node *node = node_of(L, "a");
  node->key = val_dead_key(node->key);
}
static void put_a_key_in_two_places(lua_State *L) {
  Table *t = first_table(L);
  tab_set_str(L, t, str_literal(L, "a"), VAL_TRUE);
  tab_set_str(L, t, str_literal(L, "b"), VAL_TRUE);
  for (uint32_t i = 0; i < table_nnodes(t); i++)
    t->node[i].key = val_from_string(str_literal(L, "a"));
}
static void forget_the_free_pointer(lua_State *L) {
  Table *t = first_table(L);
  for (int i = 1; i <= 16; i++) tab_set(L, t, val_number(i * 0.37), VAL_TRUE);
  t->last_free = table_nnodes(t);
}
static void deny_a_metamethod(lua_State *L) {
  tab_set_str(L, first_table(L), G(L)->event_names[EVENT_INDEX], VAL_TRUE);
  first_table(L)->absent = 1 << EVENT_INDEX;
}

/* Threads. */
static int yield(lua_State *L) { return lua_yield(L, 0); }
static lua_State *sleeping(lua_State *L) {
  lua_State *co = lua_newthread(L);
  lua_pushcfunction(L, yield);
  lua_setglobal(L, "yield");
  if (luaL_loadstring(co, "local x = 1; yield(); return x") != 0) abort();
  if (lua_resume(co, 0) != LUA_YIELD) abort();
  return co;
}
static void strand_a_thread(lua_State *L) { lua_newthread(L)->g = NULL; }
static void lose_the_size_of_a_stack(lua_State *L) { lua_newthread(L)->size_stack = 0; }
static void lose_the_number_of_frames(lua_State *L) { lua_newthread(L)->size_ci = 0; }
static void lose_the_globals(lua_State *L) { lua_newthread(L)->globals = VAL_NIL; }
static void lengthen_a_stack(lua_State *L) { lua_newthread(L)->stack_last++; }
static void raise_the_top(lua_State *L) {
  lua_State *co = lua_newthread(L);
  co->top = co->stack + co->size_stack + 1;
}
static void lengthen_the_frames(lua_State *L) { lua_newthread(L)->end_ci++; }
static void leave_the_frames(lua_State *L) {
  lua_State *co = lua_newthread(L);
  co->ci = co->end_ci + 1;
}
static void call_from_nowhere(lua_State *L) {
  lua_State *co = sleeping(L);
  co->base_ci->callee = co->base_ci[1].callee;
}
static void repeat_a_frame(lua_State *L) {
  lua_State *co = lua_newthread(L);
  co->ci[1] = co->ci[0];
  co->ci++;
}
static void pull_a_frame_out_of_its_stack(lua_State *L) {
  L->ci->top = L->stack + L->size_stack + 1;
}
static void lose_the_program_counter(lua_State *L) { sleeping(L)->base_ci[1].pc = NULL; }
static void call_a_userdata(lua_State *L) {
  lua_State *co = sleeping(L);
  co->base_ci[1].callee = (Closure *)udata_new(L, 1, NULL);
}

/* Upvalues. */
static void close_a_listed_upvalue(lua_State *L) {
  UpVal *uv = upval_find(L, L->ci->base);
  uv->v = &uv->u.closed.v;
}
static void disorder_open_upvalues(lua_State *L) {
  upval_find(L, L->ci->base)->v = L->stack + L->size_stack;
}
static void open_an_upvalue_among_objects(lua_State *L) { upval_new(L)->v = L->ci->base; }
static void break_the_ring(lua_State *L) {
  upval_find(L, L->ci->base)->u.open.next->u.open.prev = NULL;
}
static void close_an_upvalue_of_the_ring(lua_State *L) {
  close_a_listed_upvalue(L);
  L->open_upvals = NULL;
}
static void forget_open_upvalues(lua_State *L) {
  upval_find(L, L->ci->base);
  L->open_upvals = NULL;
}
static void miscount_upvalues(lua_State *L) {
  if (luaL_loadstring(L, "return 1") != 0) abort();
  val_lclosure(L->top[-1])->p->nups++;
}

/* Lists. */
static void list_a_stranger(lua_State *L) { first_table(L)->tt = 77; }
static void list_userdata_among_the_others(lua_State *L) {
  Udata *u = udata_new(L, 1, NULL);
  G(L)->main_thread->next = u->next;
  u->next = G(L)->objects;
  G(L)->objects = OBJ(u);
}
static void lose_all_objects(lua_State *L) { G(L)->objects = NULL; }
static void finalise_unasked(lua_State *L) {
  Udata *u = udata_new(L, 1, NULL);
  G(L)->main_thread->next = u->next;
  u->next = OBJ(u);
  G(L)->to_finalize = OBJ(u);
}
static void drop_a_grey_object(lua_State *L) {
  gc_begin_full(L);
  G(L)->grey = NULL;
}
static void queue_a_white_object(lua_State *L) {
  gc_begin_full(L);
  G(L)->grey->marked |= heap_white(G(L));
}
static void queue_an_object_twice(lua_State *L) {
  gc_begin_full(L);
  heap_mark(G(L), OBJ(first_table(L)));
  first_table(L)->gclist = OBJ(first_table(L));
}

/* Strings and sums. */
static TString *loner(lua_State *L) { return str_literal(L, "nobody's string"); }
static void lose_a_bucket(lua_State *L) { G(L)->strings.nbuckets--; }
static void intern_something_else(lua_State *L) { loner(L)->tt = OBJ_PROTO; }
static void change_the_bucket(lua_State *L) { loner(L)->bucket_hash++; }
static void lose_the_nul(lua_State *L) {
  TString *s = loner(L);
  s->data[s->len] = 'x';
}
static void change_a_text(lua_State *L) { str_literal(L, "constant")->data[0] = 'C'; }
static void leave_a_dead_string(lua_State *L) { loner(L)->marked ^= MARK_WHITES; }
static void keep_the_mark_of_a_string(lua_State *L) { loner(L)->marked = 0; }
static void miscount_strings(lua_State *L) { G(L)->strings.nstrings++; }
static void lose_a_byte(lua_State *L) { G(L)->total_bytes--; }

/* What breaks a heap, and what is said of it. */
typedef struct Damage {
  void (*breaks)(lua_State *); /* NULL: nothing */
  const char *rule;
} Damage;

static void check_damaged(void *damage) {
  lua_State *L = luaL_newstate();
  lua_gc(L, LUA_GCSTOP, 0);
  lua_newtable(L);
  lua_pushliteral(L, "constant");
  lua_gc(L, LUA_GCCOLLECT, 0);
  lua_gc(L, LUA_GCSTOP, 0);
  heap_check(L);
  if (((const Damage *)damage)->breaks == NULL) return;
  ((const Damage *)damage)->breaks(L);
  heap_check(L);
}

static bool is_noticed(Damage *damage, char *report, size_t size) {
  return test_child_aborted(test_child_run(check_damaged, damage, report, size));
}

static void a_sound_heap_passes(void **unused) {
  (void)unused;
  char report[4096];
  assert_false(is_noticed(&(Damage){NULL, ""}, report, sizeof report));
  assert_string_equal(report, "");
}

static void each_damage_is_named(void **unused) {
  (void)unused;
  static Damage rows[] = {
    {refer_to_no_object, "a reference leads to no object"},
    {refer_to_another_kind, "a reference is for another kind of object"},
    {tag_a_value_wrongly, "a reference is for another kind of object"},
    {call_a_userdata, "a reference is for another kind of object"},
    {let_a_root_die, "a live object refers to a dead one"},
    {kill_what_is_used, "a live object refers to a dead one"},
    {hide_a_white_object_behind_a_black_one, "a black object refers to a white one"},
    {hide_it_behind_a_userdata, "a black object refers to a white one"},
    {keep_a_mark, "an object kept its mark beyond the sweep"},
    {paint_it_twice, "an object has two colours"},
    {die_between_cycles, "an object is dead though nothing is being swept"},
    {keep_the_mark_of_an_upvalue, "an open upvalue kept its mark beyond the sweep"},
    {blacken_an_open_upvalue, "an open upvalue is black"},
    {leave_a_closed_upvalue_grey, "a closed upvalue is grey"},
    {promise_an_array, "a table's array part and its size disagree"},
    {miscount_nodes, "a table's node count is wrong"},
    {move_the_free_pointer_up, "a table's free pointer is outside"},
    {move_the_free_pointer_down, "a node above the free pointer is free"},
    {leave_the_nodes, "a chain leaves the nodes"},
    {chain_a_free_node, "a chain leads to a free node"},
    {chain_in_a_circle, "a chain has no end"},
    {lose_a_key, "a value has no key"},
    {let_a_key_die, "a value has no key"},
    {put_a_key_in_two_places, "a key is not found where it is"},
    {forget_the_free_pointer, "a colliding key lies below the free pointer"},
    {deny_a_metamethod, "a metamethod is taken for absent"},
    {strand_a_thread, "a thread belongs to another state"},
    {lose_the_size_of_a_stack, "a thread has a size and no stack"},
    {lose_the_number_of_frames, "a thread has a size and no frames"},
    {lose_the_globals, "a thread has no globals"},
    {lengthen_a_stack, "a stack ends elsewhere"},
    {raise_the_top, "a stack's top is outside"},
    {lengthen_the_frames, "the frames end elsewhere"},
    {leave_the_frames, "the current frame is outside"},
    {call_from_nowhere, "the base frame has a callee"},
    {repeat_a_frame, "frames are out of order"},
    {pull_a_frame_out_of_its_stack, "a frame is outside the stack"},
    {lose_the_program_counter, "a frame's program counter is outside its function"},
    {close_a_listed_upvalue, "a closed upvalue is in a thread's list"},
    {disorder_open_upvalues, "open upvalues are out of order"},
    {open_an_upvalue_among_objects, "an open upvalue is among the objects"},
    {break_the_ring, "the ring of open upvalues is broken"},
    {close_an_upvalue_of_the_ring, "a closed upvalue is in the ring"},
    {forget_open_upvalues, "ring and threads disagree about open upvalues"},
    {miscount_upvalues, "a function and its prototype disagree about upvalues"},
    {list_a_stranger, "something else than an object is among them"},
    {list_userdata_among_the_others, "userdata and others are mixed"},
    {lose_all_objects, "the main thread is not among the objects"},
    {finalise_unasked, "something else than userdata waits for its finaliser"},
    {drop_a_grey_object, "a grey object is in no queue"},
    {queue_a_white_object, "an object in a queue is not grey"},
    {queue_an_object_twice, "a queue holds an object twice"},
    {lose_a_bucket, "the number of string buckets is no power of two"},
    {intern_something_else, "something else than a string is in the string table"},
    {change_the_bucket, "a string is in the wrong bucket"},
    {lose_the_nul, "a string has no NUL at its end"},
    {change_a_text, "a string's text changed"},
    {leave_a_dead_string, "a dead string was not swept"},
    {keep_the_mark_of_a_string, "a string kept its mark beyond the sweep"},
    {miscount_strings, "the number of strings is wrong"},
    {lose_a_byte, "the sizes of all objects do not add up to total_bytes"},
  };
  char report[4096];
  for (size_t i = 0; i < ROWS(rows); i++) {
    if (!is_noticed(&rows[i], report, sizeof report)) fail_msg("row %zu is not noticed", i);
    if (strstr(report, rows[i].rule) == NULL) fail_msg("row %zu: %s", i, report);
  }
}

static void the_report_has_the_path_from_a_root(void **unused) {
  (void)unused;
  char report[4096];
  Damage damage = {hide_a_white_object_behind_a_black_one, ""};
  assert_true(is_noticed(&damage, report, sizeof report));
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
