/* throw.c -- the chain of protected calls of a thread. */
#include "heap/throw.h"

#include <setjmp.h>
#include <stdlib.h>

typedef struct ProtectedCall ProtectedCall;
struct ProtectedCall {
  ProtectedCall *outer;     /* of the same thread */
  ProtectedCall *enclosing; /* of any thread */
  Roots *roots;
  volatile int status;
  jmp_buf jump;
};

int throw_run(lua_State *L, ProtectedFn f, void *ud) {
  ProtectedCall here;
  here.outer = L->protect;
  here.enclosing = G(L)->protect;
  here.roots = L->roots;
  here.status = 0;
  L->protect = G(L)->protect = &here;
  if (_setjmp(here.jump) == 0) f(L, ud);
  L->protect = here.outer;
  G(L)->protect = here.enclosing;
  L->roots = here.roots;
  return here.status;
}

void throw_status(lua_State *L, int status) {
  ProtectedCall *catcher = status == LUA_ERRMEM ? G(L)->protect : L->protect;
  if (catcher != NULL) {
    catcher->status = status;
    _longjmp(catcher->jump, 1);
  }
  L->status = (uint8_t)status;
  if (G(L)->panic != NULL) {
    if (status == LUA_ERRMEM || status == LUA_ERRERR) {
      L->top[0] = val_from_string(G(L)->memory_message);
      L->top++;
    }
    G(L)->panic(L);
  }
  exit(EXIT_FAILURE);
}

void throw_memory(lua_State *L) { throw_status(L, LUA_ERRMEM); }
