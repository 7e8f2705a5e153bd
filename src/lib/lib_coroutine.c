/* lib_coroutine.c -- the `coroutine` table (manual 5.2). */
#include "lib_coroutine.h"

#include "lauxlib.h"
#include "lualib.h"

typedef enum CoStatus { CO_RUNNING, CO_SUSPENDED, CO_NORMAL, CO_DEAD } CoStatus;

static const char *const status_names[] = {
  [CO_RUNNING] = "running", [CO_SUSPENDED] = "suspended", [CO_NORMAL] = "normal",
  [CO_DEAD] = "dead"
};

/* The status of `co` as the running thread L sees it. */
static CoStatus status_of(lua_State *L, lua_State *co) {
  if (L == co) return CO_RUNNING;
  if (lua_status(co) == LUA_YIELD) return CO_SUSPENDED;
  if (lua_status(co) != 0) return CO_DEAD;   /* an error ended it */
  lua_Debug ar;
  if (lua_getstack(co, 0, &ar)) return CO_NORMAL;         /* it has frames: it resumed another */
  return lua_gettop(co) == 0 ? CO_DEAD : CO_SUSPENDED;   /* its body waits to be called */
}

static lua_State *check_coroutine(lua_State *L) {
  lua_State *co = lua_tothread(L, 1);
  luaL_argcheck(L, co != NULL, 1, "coroutine expected");
  return co;
}

/* Resumes `co` with the top n values.  Replaces them by the results, whose number it
 * returns; or by an error value, and returns -1. */
static int resume(lua_State *L, lua_State *co, int n) {
  CoStatus status = status_of(L, co);
  if (!lua_checkstack(co, n)) luaL_error(L, "too many arguments to resume");
  if (status != CO_SUSPENDED) {
    lua_pushfstring(L, "cannot resume %s coroutine", status_names[status]);
    return -1;
  }
  lua_xmove(L, co, n);
  lua_setlevel(L, co);
  int outcome = lua_resume(co, n);
  if (outcome != 0 && outcome != LUA_YIELD) {
    lua_xmove(co, L, 1);
    return -1;
  }
  int nresults = lua_gettop(co);
  if (!lua_checkstack(L, nresults + 1)) luaL_error(L, "too many results to resume");
  lua_xmove(co, L, nresults);
  return nresults;
}

/* coroutine.resume(co, ...) */
static int coroutine_resume(lua_State *L) {
  lua_State *co = check_coroutine(L);
  int n = resume(L, co, lua_gettop(L) - 1);
  lua_pushboolean(L, n >= 0);
  if (n < 0) n = 1;   /* the error value */
  lua_insert(L, -(n + 1));
  return n + 1;
}

/* The function that coroutine.wrap returns; the upvalue is the coroutine.  Errors go on,
 * and say where the coroutine was called as well. */
static int resume_wrapped(lua_State *L) {
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  int n = resume(L, co, lua_gettop(L));
  if (n >= 0) return n;
  if (lua_isstring(L, -1)) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

/* coroutine.create(f) */
static int coroutine_create(lua_State *L) {
  lua_State *co = lua_newthread(L);
  luaL_argcheck(L, lua_isfunction(L, 1) && !lua_iscfunction(L, 1), 1, "Lua function expected");
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  return 1;
}

/* coroutine.wrap(f) */
static int coroutine_wrap(lua_State *L) {
  coroutine_create(L);
  lua_pushcclosure(L, resume_wrapped, 1);
  return 1;
}

/* coroutine.yield(...) */
static int coroutine_yield(lua_State *L) {
  return lua_yield(L, lua_gettop(L));
}

/* coroutine.status(co) */
static int coroutine_status(lua_State *L) {
  lua_pushstring(L, status_names[status_of(L, check_coroutine(L))]);
  return 1;
}

/* coroutine.running(): nil in the main thread. */
static int coroutine_running(lua_State *L) {
  if (lua_pushthread(L)) lua_pushnil(L);
  return 1;
}

static const luaL_Reg coroutine_functions[] = {
  {"create", coroutine_create},
  {"resume", coroutine_resume},
  {"running", coroutine_running},
  {"status", coroutine_status},
  {"wrap", coroutine_wrap},
  {"yield", coroutine_yield},
  {NULL, NULL}
};

void lib_open_coroutine(lua_State *L) {
  luaL_register(L, LUA_COLIBNAME, coroutine_functions);
}
