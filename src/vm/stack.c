/* stack.c -- the value stack and the frames of a thread.
 *
 * Both are arrays that double when they are full.  The frames may double past LUAI_MAXCALLS once:
 * the call that does so raises "stack overflow" with all those frames to spare for whatever handles
 * the error; filling these as well is an error in error handling.                          */
#include "vm/stack.h"

#include <string.h>

#include "heap/mem.h"
#include "heap/throw.h"
#include "object/raise.h"

static int usable_slots(const lua_State *L) { return L->size_stack - EXTRA_STACK; }

static StkId moved(StkId p, const char *from, StkId to) {
  return (StkId)(void *)((char *)to + ((const char *)p - from));
}

/* The stack stood at `old` and stands at `fresh` now. */
static void correct_pointers(lua_State *L, const char *old, StkId fresh) {
  L->top = moved(L->top, old, fresh);
  for (UpVal *uv = L->open_upvals; uv != NULL; uv = (UpVal *)uv->next)
    uv->v = moved(uv->v, old, fresh);
  for (CallInfo *ci = L->base_ci; ci <= L->ci; ci++) {
    ci->func = moved(ci->func, old, fresh);
    ci->base = moved(ci->base, old, fresh);
    ci->top = moved(ci->top, old, fresh);
  }
}

static void fill_nil(StkId from, const TValue *end) {
  for (; from < end; from++) *from = VAL_NIL;
}

/* The stack's block with another size.  Under STRESS_STACK always elsewhere, and whoever still uses
 * the old one reads poison. */
static StkId resize_block(lua_State *L, int new_size) {
  const size_t old_bytes = (size_t)L->size_stack * sizeof(TValue);
  const size_t new_bytes = (size_t)new_size * sizeof(TValue);
  if (!STRESS_STACK) return mem_realloc(L, L->stack, old_bytes, new_bytes);
  StkId fresh = mem_new(L, new_bytes);
  memcpy(fresh, L->stack, old_bytes < new_bytes ? old_bytes : new_bytes);
  memset(L->stack, 0xDB, old_bytes);
  mem_free(L, L->stack, old_bytes);
  return fresh;
}

void stack_resize(lua_State *L, int size) {
  const int new_size = size + EXTRA_STACK, old_size = L->size_stack;
  CHECK(L->top - L->stack <= new_size);
  const char *old = (const char *)L->stack;
  StkId fresh = resize_block(L, new_size);
  if (new_size > old_size) fill_nil(fresh + old_size, fresh + new_size);
  L->stack = fresh;
  L->size_stack = new_size;
  L->stack_last = fresh + size;
  correct_pointers(L, old, fresh);
}

void stack_grow(lua_State *L, int n) {
  const int size = usable_slots(L);
  if (STRESS_STACK && L->stack_last - L->top > n) stack_resize(L, size);
  else stack_resize(L, n <= size ? 2 * size : size + n);
}

static void resize_frames(lua_State *L, int size) {
  const ptrdiff_t current = L->ci - L->base_ci;
  CHECK(current < size);
  MEM_RESIZE_ARRAY(L, L->base_ci, (size_t)L->size_ci, (size_t)size, CallInfo);
  L->size_ci = size;
  L->ci = L->base_ci + current;
  L->end_ci = L->base_ci + size - 1;
}

CallInfo *frame_push_slow(lua_State *L) {
  CHECK(L->ci == L->end_ci);
  if (L->size_ci > LUAI_MAXCALLS) throw_status(L, LUA_ERRERR);
  resize_frames(L, 2 * L->size_ci);
  if (L->size_ci > LUAI_MAXCALLS) err_run(L, "stack overflow");
  return ++L->ci;
}

void stack_shrink_after_error(lua_State *L) {
  if (L->size_ci <= LUAI_MAXCALLS) return;
  if (L->ci - L->base_ci + 1 < LUAI_MAXCALLS) resize_frames(L, LUAI_MAXCALLS);
}

void stack_shrink_unused(lua_State *L) {
  ptrdiff_t used = L->top - L->stack;
  const ptrdiff_t frames = L->ci - L->base_ci;
  for (const CallInfo *ci = L->base_ci; ci <= L->ci; ci++)
    if (ci->top - L->stack > used) used = ci->top - L->stack;
  if (L->size_ci > LUAI_MAXCALLS) return; /* an overflow is being handled */
  if (4 * frames < L->size_ci && L->size_ci > 2 * BASIC_CI_SIZE) resize_frames(L, L->size_ci / 2);
  if (4 * used < usable_slots(L) && usable_slots(L) > 2 * (BASIC_STACK_SIZE + EXTRA_STACK))
    stack_resize(L, usable_slots(L) / 2);
}

void stack_init(lua_State *L1, lua_State *L) {
  L1->base_ci = MEM_NEW_ARRAY(L, BASIC_CI_SIZE, CallInfo);
  L1->size_ci = BASIC_CI_SIZE;
  L1->ci = L1->base_ci;
  L1->end_ci = L1->base_ci + BASIC_CI_SIZE - 1;
  L1->stack = MEM_NEW_ARRAY(L, BASIC_STACK_SIZE + EXTRA_STACK, TValue);
  L1->size_stack = BASIC_STACK_SIZE + EXTRA_STACK;
  L1->stack_last = L1->stack + BASIC_STACK_SIZE;
  fill_nil(L1->stack, L1->stack + L1->size_stack);
  CallInfo *ci = L1->ci;
  *ci = (CallInfo){.func = L1->stack, .base = L1->stack + 1, .nresults = 0};
  ci->top = ci->base + LUA_MINSTACK;
  L1->top = ci->base; /* one slot below it, nil, stands for the function that does not exist */
}
