/* lib_debug.c -- the `debug` table: the debug interface for Lua code (manual 5.9).
 *
 * It can look at everything.  It writes only what Lua code owns: never the frame of a C
 * function, whose values C code may hold pointers into. */
#include <stdio.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"
#include "outbuf.h"

/* The thread that the call is about: an optional first argument, else the running one.
 * Sets *skip to the number of arguments it took. */
static lua_State *get_thread(lua_State *L, int *skip) {
  *skip = lua_isthread(L, 1);
  return *skip ? lua_tothread(L, 1) : L;
}

/* ---- Any value ----------------------------------------------------------------------- */

/* debug.getregistry() */
static int debug_getregistry(lua_State *L) {
  lua_pushvalue(L, LUA_REGISTRYINDEX);
  return 1;
}

/* debug.getmetatable(v) */
static int debug_getmetatable(lua_State *L) {
  luaL_checkany(L, 1);
  if (!lua_getmetatable(L, 1)) lua_pushnil(L);
  return 1;
}

/* debug.setmetatable(v, mt): true, not the value as in 5.2. */
static int debug_setmetatable(lua_State *L) {
  int type = lua_type(L, 2);
  luaL_argcheck(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table expected");
  lua_settop(L, 2);
  lua_pushboolean(L, lua_setmetatable(L, 1));
  return 1;
}

/* debug.getfenv(v) */
static int debug_getfenv(lua_State *L) {
  luaL_checkany(L, 1);
  lua_getfenv(L, 1);
  return 1;
}

/* debug.setfenv(v, table) */
static int debug_setfenv(lua_State *L) {
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  if (!lua_setfenv(L, 1))
    return luaL_error(L, LUA_QL("setfenv") " cannot change environment of given object");
  return 1;
}

/* ---- Functions ------------------------------------------------------------------------ */

/* Moves what lua_getinfo left on L1's stack into the field `name` of the table on top. */
static void set_pushed_field(lua_State *L, lua_State *L1, const char *name) {
  if (L == L1) {
    lua_pushvalue(L, -2);
    lua_remove(L, -3);
  } else {
    lua_xmove(L1, L, 1);
  }
  lua_setfield(L, -2, name);
}

static void set_string(lua_State *L, const char *name, const char *s) {
  lua_pushstring(L, s);
  lua_setfield(L, -2, name);
}

static void set_integer(lua_State *L, const char *name, int n) {
  lua_pushinteger(L, n);
  lua_setfield(L, -2, name);
}

/* debug.getinfo([thread,] function | level [, what]) */
static int debug_getinfo(lua_State *L) {
  lua_Debug ar;
  int skip;
  lua_State *L1 = get_thread(L, &skip);
  const char *what = luaL_optstring(L, skip + 2, "flnSu");
  luaL_argcheck(L, strchr(what, '>') == NULL, skip + 2, "invalid option");
  if (lua_isnumber(L, skip + 1)) {
    if (!lua_getstack(L1, (int)lua_tointeger(L, skip + 1), &ar)) {
      lua_pushnil(L);
      return 1;
    }
  } else if (lua_isfunction(L, skip + 1)) {
    what = lua_pushfstring(L, ">%s", what);
    lua_pushvalue(L, skip + 1);
    lua_xmove(L, L1, 1);
  } else {
    return luaL_argerror(L, skip + 1, "function or level expected");
  }
  if (!lua_getinfo(L1, what, &ar)) return luaL_argerror(L, skip + 2, "invalid option");
  lua_createtable(L, 0, 2);
  if (strchr(what, 'S') != NULL) {
    set_string(L, "source", ar.source);
    set_string(L, "short_src", ar.short_src);
    set_integer(L, "linedefined", ar.linedefined);
    set_integer(L, "lastlinedefined", ar.lastlinedefined);
    set_string(L, "what", ar.what);
  }
  if (strchr(what, 'l') != NULL) set_integer(L, "currentline", ar.currentline);
  if (strchr(what, 'u') != NULL) set_integer(L, "nups", ar.nups);
  if (strchr(what, 'n') != NULL) {
    set_string(L, "name", ar.name);
    set_string(L, "namewhat", ar.namewhat);
  }
  if (strchr(what, 'L') != NULL) set_pushed_field(L, L1, "activelines");
  if (strchr(what, 'f') != NULL) set_pushed_field(L, L1, "func");
  return 1;
}

/* Fills `ar` for the level in argument `narg`. */
static void check_level(lua_State *L, lua_State *L1, int narg, lua_Debug *ar) {
  if (!lua_getstack(L1, luaL_checkint(L, narg), ar))
    luaL_argerror(L, narg, "level out of range");
}

/* debug.getlocal([thread,] level, n): the name and the value, or nil. */
static int debug_getlocal(lua_State *L) {
  lua_Debug ar;
  int skip;
  lua_State *L1 = get_thread(L, &skip);
  check_level(L, L1, skip + 1, &ar);
  const char *name = lua_getlocal(L1, &ar, luaL_checkint(L, skip + 2));
  if (name == NULL) {
    lua_pushnil(L);
    return 1;
  }
  lua_xmove(L1, L, 1);
  lua_pushstring(L, name);
  lua_pushvalue(L, -2);
  return 2;
}

/* debug.setlocal([thread,] level, n, v): the name, or nil; always nil for a C function,
 * unlike in the reference. */
static int debug_setlocal(lua_State *L) {
  lua_Debug ar;
  int skip;
  lua_State *L1 = get_thread(L, &skip);
  check_level(L, L1, skip + 1, &ar);
  luaL_checkany(L, skip + 3);
  lua_settop(L, skip + 3);
  int n = luaL_checkint(L, skip + 2);
  lua_getinfo(L1, "S", &ar);
  if (ar.what[0] == 'C') {
    lua_pushnil(L);
    return 1;
  }
  lua_xmove(L, L1, 1);
  lua_pushstring(L, lua_setlocal(L1, &ar, n));
  return 1;
}

/* debug.getupvalue(f, n): name and value, or nothing; nothing of C functions. */
static int debug_getupvalue(lua_State *L) {
  int n = luaL_checkint(L, 2);
  luaL_checktype(L, 1, LUA_TFUNCTION);
  if (lua_iscfunction(L, 1)) return 0;
  const char *name = lua_getupvalue(L, 1, n);
  if (name == NULL) return 0;
  lua_pushstring(L, name);
  lua_insert(L, -2);
  return 2;
}

/* debug.setupvalue(f, n, v): the name, or nothing; nothing for C functions. */
static int debug_setupvalue(lua_State *L) {
  luaL_checkany(L, 3);
  int n = luaL_checkint(L, 2);
  luaL_checktype(L, 1, LUA_TFUNCTION);
  if (lua_iscfunction(L, 1)) return 0;
  lua_settop(L, 3);
  const char *name = lua_setupvalue(L, 1, n);
  if (name == NULL) return 0;
  lua_pushstring(L, name);
  return 1;
}

/* ---- Hooks ------------------------------------------------------------------------------- */

/* The registry keeps the hook functions under this address: thread -> function, with weak
 * keys so that a hook does not keep its thread alive. */
static const char hook_key = 'H';

/* Pushes the table of hooks if it exists; returns whether it does. */
static int push_hooks(lua_State *L) {
  lua_pushlightuserdata(L, (void *)&hook_key);
  lua_rawget(L, LUA_REGISTRYINDEX);
  if (lua_istable(L, -1)) return 1;
  lua_pop(L, 1);
  return 0;
}

static void create_hooks(lua_State *L) {
  lua_createtable(L, 0, 1);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_pushlightuserdata(L, (void *)&hook_key);
  lua_pushvalue(L, -2);
  lua_rawset(L, LUA_REGISTRYINDEX);
}

/* Pushes the thread that get_thread found. */
static void push_thread(lua_State *L, int skip) {
  if (skip) lua_pushvalue(L, 1);
  else lua_pushthread(L);
}

/* The C hook: calls the Lua function of the running thread.  A thread that only inherited
 * its creator's hook has none. */
static void call_hook(lua_State *L, lua_Debug *ar) {
  static const char *const events[] = {
    [LUA_HOOKCALL] = "call", [LUA_HOOKRET] = "return", [LUA_HOOKLINE] = "line",
    [LUA_HOOKCOUNT] = "count", [LUA_HOOKTAILRET] = "tail return"
  };
  if (!push_hooks(L)) return;
  lua_pushthread(L);
  lua_rawget(L, -2);
  if (!lua_isfunction(L, -1)) return;
  lua_pushstring(L, events[ar->event]);
  if (ar->currentline >= 0) lua_pushinteger(L, ar->currentline);
  else lua_pushnil(L);
  lua_call(L, 2, 0);
}

/* debug.sethook([thread,] hook, mask [, count]), debug.sethook([thread]) */
static int debug_sethook(lua_State *L) {
  int skip;
  lua_State *L1 = get_thread(L, &skip);
  lua_Hook hook = NULL;
  int mask = 0, count = 0;
  if (lua_isnoneornil(L, skip + 1)) {
    lua_settop(L, skip + 1);
  } else {
    const char *letters = luaL_checkstring(L, skip + 2);
    luaL_checktype(L, skip + 1, LUA_TFUNCTION);
    count = luaL_optint(L, skip + 3, 0);
    hook = call_hook;
    if (strchr(letters, 'c') != NULL) mask |= LUA_MASKCALL;
    if (strchr(letters, 'r') != NULL) mask |= LUA_MASKRET;
    if (strchr(letters, 'l') != NULL) mask |= LUA_MASKLINE;
    if (count > 0) mask |= LUA_MASKCOUNT;
  }
  if (!push_hooks(L)) create_hooks(L);
  push_thread(L, skip);
  lua_pushvalue(L, skip + 1);
  lua_rawset(L, -3);
  lua_pop(L, 1); /* a return hook may look at this frame */
  lua_sethook(L1, hook, mask, count);
  return 0;
}

/* debug.gethook([thread]): function, mask, count. */
static int debug_gethook(lua_State *L) {
  int skip;
  lua_State *L1 = get_thread(L, &skip);
  int mask = lua_gethookmask(L1);
  lua_Hook hook = lua_gethook(L1);
  char letters[4];
  char *end = letters;
  if (hook != NULL && hook != call_hook) {
    lua_pushliteral(L, "external hook");
  } else if (push_hooks(L)) {
    push_thread(L, skip);
    lua_rawget(L, -2);
    lua_remove(L, -2);
  } else {
    lua_pushnil(L);
  }
  if (mask & LUA_MASKCALL) *end++ = 'c';
  if (mask & LUA_MASKRET) *end++ = 'r';
  if (mask & LUA_MASKLINE) *end++ = 'l';
  lua_pushlstring(L, letters, (size_t)(end - letters));
  lua_pushinteger(L, lua_gethookcount(L1));
  return 3;
}

/* ---- Tracebacks ----------------------------------------------------------------------------- */

#define FIRST_LEVELS 12   /* shown from the top */
#define LAST_LEVELS 10    /* shown from the bottom */

/* Levels below 0 look like lost tail calls; this many of them are enough. */
#define LOWEST_LEVEL (-1000)

static void add_text(OutBuf *out, const char *s) { out_add(out, s, strlen(s)); }

static void add_level(OutBuf *out, lua_State *L1, lua_Debug *ar) {
  lua_State *L = out->L;
  add_text(out, "\n\t");
  lua_getinfo(L1, "Snl", ar);
  add_text(out, ar->short_src);
  add_text(out, ":");
  if (ar->currentline > 0) {
    add_text(out, lua_pushfstring(L, "%d:", ar->currentline));
    lua_pop(L, 1);
  }
  if (*ar->namewhat != '\0') {
    add_text(out, lua_pushfstring(L, " in function " LUA_QS, ar->name));
    lua_pop(L, 1);
  } else if (*ar->what == 'm') {
    add_text(out, " in main chunk");
  } else if (*ar->what == 'C' || *ar->what == 't') {
    add_text(out, " ?");
  } else {
    add_text(out, lua_pushfstring(L, " in function <%s:%d>", ar->short_src, ar->linedefined));
    lua_pop(L, 1);
  }
}

/* Adds the levels of L1 from `level` on; if there are too many, not those in between. */
static void add_levels(OutBuf *out, lua_State *L1, int level) {
  lua_Debug ar;
  int cut_done = 0;
  for (; lua_getstack(L1, level, &ar); level++) {
    if (level >= FIRST_LEVELS && !cut_done) {
      cut_done = 1;
      if (lua_getstack(L1, level + 1 + LAST_LEVELS, &ar)) {
        add_text(out, "\n\t...");
        do level++;
        while (lua_getstack(L1, level + LAST_LEVELS, &ar));
      }
      if (!lua_getstack(L1, level, &ar)) return;
    }
    add_level(out, L1, &ar);
  }
}

/* debug.traceback([thread,] [message [, level]]): a message that is neither string nor
 * number is returned as it is.  Whatever else lies between message and traceback is
 * concatenated, too: traceback("a", "b") begins with "ab". */
static int debug_traceback(lua_State *L) {
  int skip;
  lua_State *L1 = get_thread(L, &skip);
  int level = L == L1;   /* without this function itself */
  if (lua_isnumber(L, skip + 2)) {
    level = (int)lua_tointeger(L, skip + 2);
    if (level < LOWEST_LEVEL) level = LOWEST_LEVEL;
    lua_pop(L, 1);
  }
  int has_message = lua_gettop(L) > skip;
  if (has_message && !lua_isstring(L, skip + 1)) return 1;
  OutBuf out;
  out_init(&out, L);
  add_text(&out, has_message ? "\nstack traceback:" : "stack traceback:");
  add_levels(&out, L1, level);
  out_push(&out);
  lua_concat(L, lua_gettop(L) - skip);
  return 1;
}

/* ---- A prompt -------------------------------------------------------------------------------- */

/* debug.debug(): runs what the user types, until "cont". */
static int debug_debug(lua_State *L) {
  char line[250];
  for (;;) {
    fputs("lua_debug> ", stderr);
    if (fgets(line, sizeof(line), stdin) == NULL || strcmp(line, "cont\n") == 0) return 0;
    if (luaL_loadbuffer(L, line, strlen(line), "=(debug command)") != 0 ||
        lua_pcall(L, 0, 0, 0) != 0) {
      const char *message = lua_tostring(L, -1);
      fputs(message != NULL ? message : "(error object is not a string)", stderr);
      fputs("\n", stderr);
    }
    lua_settop(L, 0);
  }
}

static const luaL_Reg debug_functions[] = {
  {"debug", debug_debug},
  {"getfenv", debug_getfenv},
  {"gethook", debug_gethook},
  {"getinfo", debug_getinfo},
  {"getlocal", debug_getlocal},
  {"getregistry", debug_getregistry},
  {"getmetatable", debug_getmetatable},
  {"getupvalue", debug_getupvalue},
  {"setfenv", debug_setfenv},
  {"sethook", debug_sethook},
  {"setlocal", debug_setlocal},
  {"setmetatable", debug_setmetatable},
  {"setupvalue", debug_setupvalue},
  {"traceback", debug_traceback},
  {NULL, NULL}
};

LUALIB_API int luaopen_debug(lua_State *L) {
  luaL_register(L, LUA_DBLIBNAME, debug_functions);
  return 1;
}
