/* sweep.c -- see sweep.h: allocation failure, one request after the other. */
#include "support/sweep.h"

static bool noted;

void sweep_note_failure(void) { noted = true; }

static int run_failing(lua_CFunction body, bool libs, size_t n, bool forever) {
  TestHeap heap = {0};
  lua_State *L = libs ? test_state_libs(&heap) : test_state(&heap);
  heap.fail_at = heap.calls + n;
  heap.fail_forever = forever;
  noted = false;
  int status = lua_cpcall(L, body, NULL);
  if (status != 0) {
    const char *message = lua_tostring(L, -1);
    if (message == NULL) message = "(no message)";
    if (status != LUA_ERRMEM) fail_msg("allocation %zu: status %d, %s", n, status, message);
    assert_string_equal(message, "not enough memory");
  }
  heap.fail_at = 0;
  test_close(L, &heap);
  return noted ? LUA_ERRMEM : status;
}

void sweep_allocations(lua_CFunction body, bool libs) {
  for (int forever = 0; forever <= 1; forever++) {
    size_t n = 1;
    while (run_failing(body, libs, n, forever != 0) == LUA_ERRMEM) n++;
    assert_true(n > 1);
  }
}
