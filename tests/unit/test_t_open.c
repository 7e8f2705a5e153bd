/* test_t_open.c -- the library T is whole, and stands on the allocator that it controls. */
#include "testlib/t_open.h"

#include <string.h>

#include "support/harness.h"

static TMemory memory;

static lua_State *open_all(void) {
  memory = t_memory_new();
  lua_State *L = t_open_state(&memory);
  luaL_openlibs(L);
  t_open_library(L);
  return L;
}

static void close_all(lua_State *L) {
  lua_close(L);
  t_memory_check_empty(&memory);
}

static void it_has_its_34_functions(void **unused) {
  (void)unused;
  static const char names[] =
      "checkmemory closestate d2s doonnewstack doremote gccolor gcstate getref gsub hash "
      "int2fb limits listcode listk listlocals loadlib log2 newstate newuserdata num2int "
      "pushuserdata querystr querytab ref resume s2d setyhook stacklevel testC totalmem trick "
      "udataval unref upvalue";
  lua_State *L = open_all();
  lua_pushstring(L, names);
  lua_setglobal(L, "names");
  test_expect(L, "(function() local n = 0 for name in names:gmatch('%w+') do "
                 "assert(type(T[name]) == 'function', name) n = n + 1 end return n end)()", "34");
  test_expect(L, "(function() local n = 0 for _ in pairs(T) do n = n + 1 end return n end)()",
              "34");
  test_expect(L, "package.loaded.T == T", "true");
  assert_int_equal(lua_gettop(L), 0);
  close_all(L);
}

static void opening_leaves_the_stack_as_it_was(void **unused) {
  (void)unused;
  memory = t_memory_new();
  lua_State *L = t_open_state(&memory);
  luaL_openlibs(L);
  lua_pushinteger(L, 7);
  t_open_library(L);
  assert_int_equal(lua_gettop(L), 1);
  close_all(L);
}

static void a_limit_that_is_too_low_gives_no_state(void **unused) {
  (void)unused;
  for (size_t limit = 0;; limit += 64) {
    memory = t_memory_new();
    memory.limit = limit;
    lua_State *L = t_open_state(&memory);
    if (L == NULL) {
      t_memory_check_empty(&memory);
      continue;
    }
    assert_true(limit > 1000);
    close_all(L);
    return;
  }
}

int main(void) {
  const struct CMUnitTest open[] = {
      cmocka_unit_test(it_has_its_34_functions),
      cmocka_unit_test(opening_leaves_the_stack_as_it_was),
      cmocka_unit_test(a_limit_that_is_too_low_gives_no_state),
  };
  return cmocka_run_group_tests(open, NULL, NULL);
}
